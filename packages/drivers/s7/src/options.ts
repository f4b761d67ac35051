import { textPaddings } from '@fieldwarden/codec';
import { hostOption } from '@fieldwarden/driver';
import { z } from 'zod';

const tsap = z.union([
  z.int().min(0).max(0xffff),
  z.string().regex(/^[0-9A-Fa-f]{2}\.[0-9A-Fa-f]{2}$/, 'two hexadecimal bytes such as 03.01'),
]);

const milliseconds = (min: number, max: number, description: string) =>
  z.int().min(min).max(max).meta({ description, unit: 'ms' });

const reconnectOptions = z.strictObject({
  initialMs: milliseconds(10, 60_000, 'Wait before the first attempt to connect again').default(250),
  maxMs: milliseconds(10, 600_000, 'The wait doubles with each failed attempt up to this').default(5_000),
  jitter: z.number().min(0).max(1).default(0.3).meta({
    description: 'Each wait is moved by up to this share of itself, so that many devices do not return at once',
  }),
});

/** Options of one S7 driver, which is one CPU. */
export const s7Options = z.strictObject({
  host: hostOption({ description: 'Address or name of the CPU or its communication module' }),
  port: z.int().min(1).max(65_535).default(102).meta({ description: 'TCP port of ISO-on-TCP' }),
  rack: z.int().min(0).max(7).default(0).meta({ description: 'Rack of the CPU' }),
  slot: z
    .int()
    .min(0)
    .max(31)
    .default(1)
    .meta({ description: 'Slot of the CPU: 1 for S7-1200 and S7-1500, 2 for S7-300, as configured for S7-400' }),
  localTSAP: tsap.optional().meta({
    description: 'Own TSAP, as a number or two hexadecimal bytes; 01.00 when only the remote one is given',
    examples: ['10.00'],
  }),
  remoteTSAP: tsap.optional().meta({
    description: "The CPU's TSAP, instead of rack and slot (LOGO!, S7-200, configured connections)",
    examples: ['10.01'],
  }),
  timeoutMs: milliseconds(
    10,
    60_000,
    'A request that is not answered by then failed, and its connection is closed',
  ).default(2_000),
  connectTimeoutMs: milliseconds(10, 60_000, 'TCP connect, ISO connect and negotiation together').default(3_000),
  reconnect: reconnectOptions.prefault({}).meta({ description: 'How fast a lost connection is tried again' }),
  maxPduBytes: z
    .int()
    .min(112)
    .max(960)
    .default(960)
    .meta({ description: 'Largest PDU to ask for; the CPU may grant less', unit: 'bytes' }),
  maxParallel: z
    .int()
    .min(1)
    .max(8)
    .default(8)
    .meta({ description: 'Most requests in flight on the connection; the CPU may grant less' }),
  maxGapBytes: z
    .int()
    .min(0)
    .max(512)
    .default(16)
    .meta({ description: 'Points that lie no further apart than this are read as one block', unit: 'bytes' }),
  stringPadding: z.enum(textPaddings).default('nul').meta({
    description:
      'What fills texts of CHAR and WCHAR behind their end: NUL, spaces, or bytes 0xFF (`ff`). Read without it, written with it; the first NUL ends a text in any case',
  }),
});

/** An S7 driver is one device, so there is nothing to say about it apart. */
export const s7DeviceOptions = z.strictObject({});

export type S7Options = z.output<typeof s7Options>;
export type S7DeviceOptions = z.output<typeof s7DeviceOptions>;
