import { hostOption } from '@fieldwarden/driver';
import { z } from 'zod';
import { milliseconds, optionalMilliseconds, whole } from './option-fields.js';

/** Waiting times between attempts to connect after one failed: doubled each time, ± jitter, never above the maximum. */
const reconnect = z
  .strictObject({
    initialMs: milliseconds('First pause after a failed connect', [10, 60_000], 100),
    maxMs: milliseconds('Longest pause after failed connects', [10, 300_000], 2000),
  })
  .prefault({})
  .meta({ description: 'Pauses between attempts to connect; doubled after each failure, with jitter' });

/** What TCP and serial lines have in common. */
const lineFields = {
  timeoutMs: milliseconds('How long to wait for the answer to one request', [10, 60_000], 1000),
  connectTimeoutMs: milliseconds('How long to wait for the connection', [10, 60_000], 2000),
  postConnectDelayMs: milliseconds('Pause between connecting and the first request', [0, 60_000], 0),
  interRequestDelayMs: milliseconds('Pause between an answer and the next request', [0, 10_000], 0),
  turnaroundDelayMs: milliseconds(
    'Pause after a write to unit 0, the broadcast, in which the units carry it out',
    [0, 10_000],
    100,
  ),
  maxGap: whole('Unasked registers (or bits) that a request may include to save another request', 'registers', [0, 2000], 16), // prettier-ignore
  maxRegistersPerRequest: whole('Longest read of registers', 'registers', [1, 125], 125),
  maxBitsPerRequest: whole('Longest read of coils or discrete inputs', 'bits', [8, 2000], 2000),
  maxQueuedCalls: whole(
    'Calls that may wait for their turn on the connection; further ones are refused',
    'calls',
    [1, 10_000],
    512,
  ),
  reconnect,
};

export const transports = ['tcp', 'rtu-over-tcp'] as const;

export const modbusOptions = z.strictObject({
  host: hostOption({ description: 'Name or address of the device or gateway' }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(502)
    .meta({ description: 'TCP port', examples: [502] }),
  transport: z
    .enum(transports)
    .default('tcp')
    .meta({
      description:
        'Frames in the connection: Modbus TCP, or those of a serial line with CRC, as serial device servers pass them on',
      examples: ['rtu-over-tcp'],
    }),
  frameSilenceMs: milliseconds(
    'With rtu-over-tcp: how long nothing must have been heard before a request goes out',
    [0, 1000],
    2,
  ),
  ignoreTransactionId: z
    .boolean()
    .default(false)
    .meta({
      description:
        'With tcp: take answers whatever transaction id they carry, for devices that do not repeat it. An answer sent twice may then be taken for the next one',
      examples: [false],
    }),
  tolerateLength: z
    .boolean()
    .default(false)
    .meta({
      description:
        'With tcp: believe the function and byte count of an answer rather than its length field, for devices that get that wrong',
      examples: [false],
    }),
  ...lineFields,
});

export const modbusRtuOptions = z.strictObject({
  port: z
    .string()
    .min(1)
    .max(255)
    .meta({
      description: 'Serial port; a path under /dev/serial/by-id stays the same when adapters change places',
      examples: ['/dev/ttyUSB0'],
    }),
  baudRate: whole('Speed of the line', 'baud', [110, 4_000_000], 19_200),
  dataBits: z
    .literal(8)
    .default(8)
    .meta({ description: 'Data bits; RTU frames need 8', examples: [8] }),
  parity: z
    .enum(['even', 'odd', 'none'])
    .default('even')
    .meta({ description: 'Parity; the standard asks for even', examples: ['none'] }),
  stopBits: z
    .literal([1, 2])
    .default(1)
    .meta({ description: 'Stop bits; the standard asks for 2 when there is no parity', examples: [1] }),
  frameSilenceMs: optionalMilliseconds(
    'How long nothing must have been heard before a request goes out; by default 3.5 characters, at least 1.75 ms',
    [0, 1000],
    5,
  ),
  ...lineFields,
});

export type ModbusOptions = z.output<typeof modbusOptions>;
export type ModbusRtuOptions = z.output<typeof modbusRtuOptions>;
export type LineOptions = Pick<ModbusOptions, keyof typeof lineFields>;
