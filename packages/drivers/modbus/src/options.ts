import { orders16, orders32, orders64, order64Of, type ByteOrders } from '@fieldwarden/codec';
import { z } from 'zod';

function milliseconds(description: string, range: readonly [min: number, max: number], byDefault: number) {
  const [min, max] = range;
  return z
    .number()
    .min(min)
    .max(max)
    .default(byDefault)
    .meta({ description, unit: 'ms', examples: [byDefault] });
}

/** Waiting times between attempts to connect after one failed: doubled each time, ± jitter, never above the maximum. */
const reconnect = z
  .strictObject({
    initialMs: milliseconds('First pause after a failed connect', [10, 60_000], 100),
    maxMs: milliseconds('Longest pause after failed connects', [10, 300_000], 2000),
  })
  .prefault({})
  .meta({ description: 'Pauses between attempts to connect; doubled after each failure, with jitter' });

export const modbusOptions = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(253)
    .meta({ description: 'Name or address of the device or gateway', examples: ['192.168.0.10'] }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(502)
    .meta({ description: 'TCP port', examples: [502] }),
  timeoutMs: milliseconds('How long to wait for the answer to one request', [10, 60_000], 1000),
  connectTimeoutMs: milliseconds('How long to wait for the connection', [10, 60_000], 2000),
  postConnectDelayMs: milliseconds('Pause between connecting and the first request', [0, 60_000], 0),
  interRequestDelayMs: milliseconds('Pause between an answer and the next request', [0, 10_000], 0),
  maxGap: z
    .number()
    .int()
    .min(0)
    .max(2000)
    .default(16)
    .meta({
      description: 'Unasked registers (or bits) that a request may include to save another request',
      unit: 'registers',
      examples: [16],
    }),
  maxRegistersPerRequest: z
    .number()
    .int()
    .min(1)
    .max(125)
    .default(125)
    .meta({
      description: 'Longest read of registers',
      unit: 'registers',
      examples: [125],
    }),
  maxBitsPerRequest: z
    .number()
    .int()
    .min(8)
    .max(2000)
    .default(2000)
    .meta({
      description: 'Longest read of coils or discrete inputs',
      unit: 'bits',
      examples: [2000],
    }),
  maxQueuedCalls: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(512)
    .meta({
      description: 'Calls that may wait for their turn on the connection; further ones are refused',
      unit: 'calls',
      examples: [512],
    }),
  reconnect,
});

export const modbusDeviceOptions = z.strictObject({
  unitId: z
    .number()
    .int()
    .min(0)
    .max(255)
    .default(1)
    .meta({ description: 'Unit id (slave address)', examples: [1] }),
  byteOrder: z
    .enum(orders32)
    .default('ABCD')
    .meta({
      description: 'Order of the bytes of 32-bit values as they travel, A the most significant',
      examples: ['CDAB'],
    }),
  byteOrder16: z
    .enum(orders16)
    .default('AB')
    .meta({
      description:
        'Order of the bytes in a register, for 16-bit values and bits of registers. BA contradicts the standard',
      examples: ['AB'],
    }),
  byteOrder64: z
    .enum(orders64)
    .optional()
    .meta({
      description: 'Order of the bytes of 64-bit values; by default the habit of byteOrder over four registers',
      examples: ['GHEFCDAB'],
    }),
  zeroBased: z
    .boolean()
    .default(false)
    .meta({
      description: 'Numeric addresses count from 0 (400000 is the first holding register) instead of 1',
      examples: [false],
    }),
  maxRegistersPerRequest: z
    .number()
    .int()
    .min(1)
    .max(125)
    .optional()
    .meta({
      description: 'Longest read of registers of this unit, if smaller than that of the driver',
      unit: 'registers',
      examples: [60],
    }),
  maxBitsPerRequest: z
    .number()
    .int()
    .min(8)
    .max(2000)
    .optional()
    .meta({
      description: 'Longest read of coils or discrete inputs of this unit, if smaller than that of the driver',
      unit: 'bits',
      examples: [512],
    }),
});

export type ModbusOptions = z.output<typeof modbusOptions>;
export type ModbusDeviceOptions = z.output<typeof modbusDeviceOptions>;

export function byteOrdersOf({ byteOrder, byteOrder16, byteOrder64 }: ModbusDeviceOptions): ByteOrders {
  return { order16: byteOrder16, order32: byteOrder, order64: byteOrder64 ?? order64Of(byteOrder) };
}
