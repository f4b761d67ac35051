import { z } from 'zod';
import { isCommand } from './command.js';

const upTo = (max: number, description: string, examples: readonly number[] = []) =>
  z.int().min(0).max(max).default(0).meta({ description, unit: 'ms', examples });

const scheduledCommand = z.strictObject({
  afterMs: z.int().min(0).max(86_400_000).meta({ description: 'Time from ready to the command', unit: 'ms' }),
  command: z
    .string()
    .refine(isCommand, { error: 'is no command of the chaos driver' })
    .meta({ description: 'As it would be written to the address command', examples: ['leak:20'] }),
});

export const chaosOptions = z
  .strictObject({
    delivery: z
      .enum(['poll', 'subscribe'])
      .default('poll')
      .meta({ description: 'Be polled for values, or push them', examples: ['subscribe'] }),
    updateMs: z
      .int()
      .min(10)
      .max(3_600_000)
      .default(500)
      .meta({ description: 'With delivery subscribe: interval of the pushes', unit: 'ms' }),
    slowStartMs: upTo(600_000, 'Every start takes that long', [5_000]),
    neverReady: z.boolean().default(false).meta({ description: 'No start ever becomes ready' }),
    failStart: z
      .strictObject({
        exit: z
          .int()
          .min(0)
          .max(255)
          .meta({ description: 'Exit code of the process', examples: [1, 78] }),
      })
      .optional()
      .meta({ description: 'Starts end the process. All of them, or the first failFirstStarts' }),
    failFirstStarts: z
      .int()
      .min(0)
      .max(1_000)
      .default(0)
      .meta({ description: 'So many starts fail, the next ones work. Needs counterFile', examples: [2] }),
    counterFile: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'File that gets a line per start: how failFirstStarts counts over processes' }),
    refuseStop: z.boolean().default(false).meta({
      description: 'From the start as after the command ignore-sigterm: nothing but SIGKILL ends the process',
    }),
    schedule: z
      .array(scheduledCommand)
      .max(100)
      .default([])
      .meta({ description: 'Commands that come by themselves in each process, counted from ready' }),
    memoryFootprintBytes: z
      .int()
      .min(0)
      .max(1e12)
      .optional()
      .meta({ description: 'What the driver claims to hold, instead of what it does hold', unit: 'bytes' }),
    maxAllocateMb: z.int().min(1).max(1_000_000).default(1_024).meta({
      description: 'Most that leak and allocate take, so that a forgotten one spares the machine',
      unit: 'MB',
    }),
    maxDescriptors: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(100_000)
      .meta({ description: 'Most that descriptors opens, if the system does not refuse before' }),
    floodMbPerS: z
      .number()
      .min(0.1)
      .max(1_000)
      .default(60)
      .meta({ description: 'How much flood:logs prints', unit: 'MB/s' }),
  })
  .refine(({ failFirstStarts, counterFile }) => failFirstStarts === 0 || counterFile !== undefined, {
    error: 'failFirstStarts needs counterFile: nothing else outlives the process',
    path: ['counterFile'],
  });

/** Devices of chaos have no settings; each has a counter and a value of its own, and all obey any of their commands. */
export const chaosDeviceOptions = z.strictObject({});

export type ChaosOptions = z.output<typeof chaosOptions>;
export type ChaosDeviceOptions = z.output<typeof chaosDeviceOptions>;
