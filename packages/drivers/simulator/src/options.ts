import { z } from 'zod';
import { parseSimulatorAddress } from './address.js';

function isWave(address: string): boolean {
  try {
    return parseSimulatorAddress(address, { scalar: 'float64' }).kind === 'wave';
  } catch {
    return false;
  }
}

const alarmOptions = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'Name of the alarm, unique within its device', examples: ['level'] }),
    address: z
      .string()
      .refine(isWave, { error: 'is not a wave' })
      .meta({
        description: 'The wave that is watched, as a tag would write it',
        examples: ['sine?periodMs=60000&amplitude=25'],
      }),
    high: z
      .number()
      .optional()
      .meta({ description: 'Active while the wave is above it', examples: [70] }),
    low: z
      .number()
      .optional()
      .meta({ description: 'Active while the wave is below it', examples: [30] }),
    severity: z.int().min(1).max(1_000).default(500).meta({ description: 'Severity of OPC UA, 1 is the least' }),
  })
  .refine(({ high, low }) => high !== undefined || low !== undefined, { error: 'needs high, low, or both' });

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
  historyMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(3_600_000)
    .meta({ description: 'How far back the history reaches', unit: 'ms' }),
  historyIntervalMs: z.int().min(100).max(3_600_000).default(1_000).meta({
    description: 'Distance of the recorded values, and of the moments at which alarms are looked at',
    unit: 'ms',
  }),
});

/** Any number of devices may stand behind one driver. */
export const simulatorDeviceOptions = z.strictObject({
  alarms: z
    .array(alarmOptions)
    .max(1_000)
    .refine((alarms) => new Set(alarms.map(({ name }) => name)).size === alarms.length, {
      error: 'two alarms have the same name',
    })
    .default([])
    .meta({ description: 'Limit alarms that the device reports' }),
});

export type SimulatorOptions = z.output<typeof simulatorOptions>;
export type SimulatorDeviceOptions = z.output<typeof simulatorDeviceOptions>;
export type SimulatorAlarmOptions = z.output<typeof alarmOptions>;
