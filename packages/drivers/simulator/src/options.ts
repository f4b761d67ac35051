import { z } from 'zod';

export const simulatorOptions = z.strictObject({
  delivery: z
    .enum(['poll', 'subscribe'])
    .default('poll')
    .meta({ description: 'Be polled for values, or push changes', examples: ['subscribe'] }),
  updateMs: z
    .int()
    .min(10)
    .max(3_600_000)
    .default(500)
    .meta({ description: 'With delivery subscribe: how often changes are looked for', unit: 'ms' }),
  latencyMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(0)
    .meta({ description: 'Every exchange takes that long, as over a slow link', unit: 'ms', examples: [50] }),
  failRate: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .meta({
      description: 'Share of the exchanges that fail as unreachable; a write that does was not sent',
      examples: [0.05],
    }),
});

/** Simulated devices have no settings; any number of them may stand behind one driver. */
export const simulatorDeviceOptions = z.strictObject({});

export type SimulatorOptions = z.output<typeof simulatorOptions>;
export type SimulatorDeviceOptions = z.output<typeof simulatorDeviceOptions>;
