import { z } from 'zod';
import { choice, dayMs, durationMs, flag, hourMs, minuteMs, wholeNumber } from './fields.js';
import { stabilitySchema } from './stability-schema.js';
import { tagSchema } from './tag-schema.js';
import { resilienceDefaults, supervisionDefaults, tierDefaults, type CapabilityGroup } from './tier-defaults.js';

const { A, B, C } = tierDefaults;

function timeout(group: CapabilityGroup) {
  const timeouts = `${A[group].timeoutMs}, ${B[group].timeoutMs}, ${C[group].timeoutMs} for tier A, B, C`;
  return durationMs('Longest a call may take, retries and waiting included.', timeouts, { min: 10, max: hourMs });
}

function capability(says: string, group: CapabilityGroup, retriesSay: string, retriesOf: CapabilityGroup) {
  const retries = `${A[retriesOf].retries}, ${B[retriesOf].retries}, ${C[retriesOf].retries} for tier A, B, C`;
  return z
    .strictObject({
      timeoutMs: timeout(group),
      retries: wholeNumber({ says: retriesSay, defaultsTo: retries, min: 0, max: 20 }),
    })
    .optional()
    .describe(says);
}

const repeatable = (name: string, says: string, group: CapabilityGroup = 'read') =>
  capability(`Pipeline of ${name}: ${says}.`, group, 'Further attempts after one that failed.', group);

const once = (name: string, says: string) =>
  z
    .strictObject({ timeoutMs: timeout('write') })
    .optional()
    .describe(`Pipeline of ${name}: ${says}. Never repeated.`);

const bulkheadSchema = z
  .strictObject({
    concurrent: wholeNumber({
      says: 'Calls of one device that may be under way at once.',
      defaultsTo: resilienceDefaults.bulkhead.concurrent,
      min: 1,
      max: 1_000,
    }),
    queued: wholeNumber({
      says: 'Calls of one device that may wait for their turn; further ones are refused.',
      defaultsTo: resilienceDefaults.bulkhead.queued,
      min: 0,
      max: 100_000,
    }),
  })
  .optional()
  .describe('How many calls one device takes at a time.');

const breakerSchema = z
  .strictObject({
    failures: z
      .int()
      .min(1)
      .max(1_000)
      .nullable()
      .optional()
      .describe(
        `Consecutive failures after which a device is taken off scan; null = never. Default: ${A.breakerFailures} for tier A and B; ` +
          `never for tier C with one device, ${C.breakerFailuresOfMany} with several. Range: 1 to 1000.`,
      ),
    probeMs: durationMs(
      'Pause before the first probe of a device that is off scan; doubles up to `maxProbeMs`.',
      resilienceDefaults.probeMs,
      { min: 100, max: hourMs },
    ),
    maxProbeMs: durationMs(
      'Longest pause between two probes; not less than `probeMs`.',
      `${resilienceDefaults.maxProbeMs}, or \`probeMs\` if that is longer`,
      { min: 100, max: dayMs },
    ),
  })
  .optional()
  .describe('When a device that does not answer is taken off scan, and how it is tried again.');

const resilienceSchema = z
  .strictObject({
    bulkhead: bulkheadSchema,
    breaker: breakerSchema,
    read: repeatable('read', 'one scan of a device'),
    discover: repeatable('discover', 'browsing what a device offers'),
    probe: repeatable('probe', 'the cheap question whether a device is alive'),
    subscribe: repeatable('subscribe', 'asking a device to report changes, and unsubscribing'),
    subscribeAlarms: repeatable('subscribeAlarms', 'asking a device to report alarms, and unsubscribing'),
    history: repeatable('history', 'reading what a device recorded: raw, processed, at times, events', 'history'),
    write: capability(
      'Pipeline of write.',
      'write',
      'Further attempts of writes whose tags all say `writeIdempotent: true`; any other write is never repeated.',
      'read',
    ),
    acknowledge: once('acknowledge', 'telling a device that a person has seen an alarm'),
    callMethod: once('callMethod', 'having a device execute a method'),
    writeWhileDemoted: choice(
      'What becomes of a write to a device that is off scan: refused at once, or tried.',
      ['refuse', 'try'],
      resilienceDefaults.writeWhileDemoted,
    ),
  })
  .describe('Timeouts, retries, breaker and bulkhead, where they differ from those of the tier.');

const { backoff, crashLoop } = supervisionDefaults;

const firstPause = `none after the first crash within \`crashLoop.windowMs\`, then ${backoff.initialMs}`;

const supervisionSchema = z
  .strictObject({
    pingMs: durationMs(
      'Interval of the liveness ping to the Host.',
      `${supervisionDefaults.pingMs}, or a third of \`suspectMs\` if that is less`,
      { min: 50, max: minuteMs },
    ),
    suspectMs: durationMs(
      'Silence after which new calls fail fast; more than `pingMs`.',
      `${supervisionDefaults.suspectMs}, or 30 % of \`hangKillMs\` if that is less`,
      { min: 150, max: 2 * minuteMs },
    ),
    hangKillMs: durationMs(
      'Silence after which the Host is killed and replaced; more than `suspectMs`.',
      supervisionDefaults.hangKillMs,
      { min: 500, max: 2 * minuteMs },
    ),
    startBudgetMs: durationMs('Longest time from start of the process to ready.', supervisionDefaults.startBudgetMs, {
      min: 1_000,
      max: 10 * minuteMs,
    }),
    drainMs: durationMs('Time that calls under way get to finish at a stop.', supervisionDefaults.drainMs, {
      min: 0,
      max: 10 * minuteMs,
    }),
    backoff: z
      .strictObject({
        initialMs: durationMs('Pause before the first restart; doubles with each.', firstPause, {
          min: 10,
          max: hourMs,
        }),
        maxMs: durationMs(
          'Longest pause before a restart; not less than `initialMs`.',
          `${backoff.maxMs}, or \`initialMs\` if that is longer`,
          { min: 10, max: dayMs },
        ),
        jitter: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe(`Random share of the pause, to both sides. Default: ${backoff.jitter}. Range: 0 to 1.`),
      })
      .optional()
      .describe('Pauses before a crashed Host is started again.'),
    crashLoop: z
      .strictObject({
        crashes: wholeNumber({
          says: 'Crashes within the window after which restarts are held back.',
          defaultsTo: crashLoop.crashes,
          min: 1,
          max: 1_000,
        }),
        windowMs: durationMs('Sliding window in which crashes are counted.', crashLoop.windowMs, {
          min: 1_000,
          max: dayMs,
        }),
      })
      .optional()
      .describe('When a Host that keeps crashing is no longer restarted at once.'),
    overlap: flag(
      'A planned restart starts the successor before the old Host stops; the device must allow two connections.',
      supervisionDefaults.overlap,
    ),
  })
  .describe('How the Host of this driver is watched and restarted. Without effect in-process.');

const optionsSchema = (says: string) => z.record(z.string(), z.unknown()).optional().describe(says);

export const deviceSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: 'a device id is 1 to 64 letters, digits, _ . -' })
      .meta({
        description: 'Name of the device, unique within its driver: 1 to 64 letters, digits, `_`, `.`, `-`.',
        examples: ['filler'],
      }),
    options: optionsSchema('Device options of the driver type. Default: none.'),
    tags: z.array(tagSchema).optional().describe('Signals of this device. Default: none.'),
  })
  .describe('One PLC or unit behind a driver.');

export const driverSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, { error: 'a driver id is 1 to 40 lower-case letters, digits or -' })
      .meta({
        description: 'Name of the driver instance, unique: 1 to 40 lower-case letters, digits, `-`.',
        examples: ['packaging'],
      }),
    type: z
      .string()
      .min(1)
      .describe(
        'Registered driver type, or `./path.ts` relative to the plant file, or the name of an installed package.',
      ),
    isolation: choice(
      'Where the driver runs; auto: by the tier of its type (A and B in-process, C in a Host).',
      ['auto', 'in-process', 'host'],
      'auto',
    ),
    enabled: flag('Started with the gateway.', true),
    options: optionsSchema(
      'Options of the driver type. Any text may refer to a secret: `${env:NAME}`, `${secret:NAME}` of the gateway, or `${file:PATH}`, a file below `<home>/secrets`, ' +
        'the folder of the plant file or one of `--secrets`. Default: none.',
    ),
    resilience: resilienceSchema.optional(),
    supervision: supervisionSchema.optional(),
    stability: stabilitySchema.optional(),
    devices: z.array(deviceSchema).optional().describe('What is behind this driver. Default: none.'),
  })
  .describe('One configured use of a driver type.');

export type ResilienceDocument = z.input<typeof resilienceSchema>;
export type StabilityDocument = z.input<typeof stabilitySchema>;
export type SupervisionDocument = z.input<typeof supervisionSchema>;
export type DeviceDocument = z.input<typeof deviceSchema>;
export type DriverDocument = z.input<typeof driverSchema>;
