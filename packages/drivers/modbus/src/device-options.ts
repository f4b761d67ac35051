import { orders16, orders32, orders64, textPaddings } from '@fieldwarden/codec';
import { z } from 'zod';
import { milliseconds, optionalWhole } from './option-fields.js';

const unitId = z
  .number()
  .int()
  .min(0)
  .max(255)
  .default(1)
  .meta({
    description:
      'Unit id (slave address). 0 is the broadcast of serial lines (rtu-over-tcp): written to without an answer, never read; refused with tcp',
    examples: [1],
  });

export const modbusDeviceOptions = z.strictObject({
  unitId,
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
  stringPadding: z
    .enum(textPaddings)
    .default('nul')
    .meta({
      description:
        'What fills strings behind their end: NUL, spaces, or bytes 0xFF (ff). Read without it, written with it; the first NUL ends a string in any case',
      examples: ['ff'],
    }),
  zeroBased: z
    .boolean()
    .default(false)
    .meta({
      description: 'Numeric addresses count from 0 (400000 is the first holding register) instead of 1',
      examples: [false],
    }),
  maxRegistersPerRequest: optionalWhole(
    'Longest request of registers of this unit, if smaller than that of the driver',
    'registers',
    [1, 125],
    60,
  ),
  maxBitsPerRequest: optionalWhole(
    'Longest request of bits of this unit, if smaller than that of the driver',
    'bits',
    [8, 2000],
    512,
  ),
  maxRegistersPerWrite: optionalWhole(
    'Longest write of registers; by default as long as a read, at most 123',
    'registers',
    [1, 123],
    60,
  ),
  maxBitsPerWrite: optionalWhole('Longest write of coils; by default as long as a read, at most 1968', 'bits', [1, 1968], 512), // prettier-ignore
  bitAlignment: z
    .literal([1, 8, 16])
    .default(1)
    .meta({
      description: 'Reads of coils and discrete inputs begin at a multiple of this; old devices insist on 8 or 16',
      unit: 'bits',
      examples: [16],
    }),
  interRequestDelayMs: milliseconds(
    'Pause that this unit needs between an answer and its next request',
    [0, 10_000],
    0,
  ),
  postConnectDelayMs: milliseconds('Pause between connecting and the first request to this unit', [0, 60_000], 0),
  coalesceWrites: z
    .boolean()
    .default(true)
    .meta({
      description: 'Neighbours in one write call travel in one request (FC15, FC16); off: one request for each tag',
      examples: [true],
    }),
  maskWrite: z
    .enum(['auto', 'never'])
    .default('auto')
    .meta({
      description:
        'Bits of registers are written with FC22 until the unit refuses it, or never: read, changed, written back',
      examples: ['never'],
    }),
});

/** Modbus over Serial Line V1.02, 2.2: slaves have 1 to 247; 0 is the broadcast. */
export const modbusRtuDeviceOptions = modbusDeviceOptions.extend({
  unitId: unitId
    .unwrap()
    .min(0)
    .max(247)
    .default(1)
    .meta({
      description: 'Slave address. 0 is the broadcast: written to without an answer, never read',
      examples: [1],
    }),
});

export type ModbusDeviceOptions = z.output<typeof modbusDeviceOptions>;
