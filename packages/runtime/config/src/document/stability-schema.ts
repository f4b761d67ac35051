import { z } from 'zod';
import { durationMs, flag, hourMs, minuteMs, wholeNumber } from './fields.js';
import { stabilityDefaults, tierDefaults } from './tier-defaults.js';

const { memory, recycle, wedge } = stabilityDefaults;
const { A, B, C } = tierDefaults;
const mebibyte = 1_048_576;
/** Beyond what any machine has that this runs on: 1 TiB. */
const mostBytes = 1_048_576 * mebibyte;

const multipliers = `${A.memory.multiplier}, ${B.memory.multiplier}, ${C.memory.multiplier} for tier A, B, C`;
const floors = `${A.memory.floorBytes}, ${B.memory.floorBytes}, ${C.memory.floorBytes} for tier A, B, C`;

const memorySchema = z
  .strictObject({
    sampleMs: durationMs('Interval of the samples of memory and CPU.', memory.sampleMs, { min: 100, max: minuteMs }),
    baselineWindowMs: durationMs(
      'Time after ready whose samples give the baseline, their median.',
      memory.baselineWindowMs,
      { min: 1_000, max: hourMs },
    ),
    multiplier: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe(
        `The soft limit is this many times the baseline, the hard limit twice the soft one. Default: ${multipliers}. Range: 1 to 100.`,
      ),
    floorBytes: wholeNumber({
      says: 'The soft limit is at least this far above the baseline.',
      unit: 'bytes',
      defaultsTo: floors,
      min: 0,
      max: mostBytes,
    }),
    recycleOnSoft: flag(
      'A Host that stays above the soft limit for 60 s and through a garbage collection is recycled.',
      memory.recycleOnSoft,
    ),
    capBytes: z
      .int()
      .min(mebibyte)
      .max(mostBytes)
      .nullable()
      .optional()
      .describe(
        'Absolute hard limit, the only one until there is a baseline; null = none. ' +
          `Unit: bytes. Default: null. Range: ${mebibyte} to ${mostBytes}.`,
      ),
  })
  .optional()
  .describe('How much memory is normal. In-process nothing is ever stopped for its memory.');

const recycleSchema = z
  .strictObject({
    cron: z
      .string()
      .describe(
        'When the Host is replaced by a fresh one: a cron expression of 5 fields, or 6 with seconds in front. Example: `0 3 * * 0`.',
      ),
    timeZone: z
      .string()
      .optional()
      .describe(`IANA time zone in which \`cron\` is meant. Default: ${recycle.timeZone}. Example: Europe/Berlin.`),
    splayMs: durationMs('Each recycle comes late by a random part of this.', recycle.splayMs, { min: 0, max: hourMs }),
  })
  .optional()
  .describe('Planned recycle. Hosts only. Left out for a Host that was restarted less than an hour before.');

const wedgeSchema = z
  .strictObject({
    thresholdMs: durationMs(
      'Shortest time without progress, while work is pending, after which a driver counts as wedged; never less than five scan intervals.',
      wedge.thresholdMs,
      { min: 1_000, max: 24 * hourMs },
    ),
  })
  .optional()
  .describe('When a driver that does nothing is helped.');

export const stabilitySchema = z
  .strictObject({ memory: memorySchema, recycle: recycleSchema, wedge: wedgeSchema })
  .describe('Memory limits, planned recycles, wedge detection.');
