import { orders16, orders32, orders64 } from '@fieldwarden/codec';
import { parseDataType, scalarTypes } from '@fieldwarden/core';
import { z } from 'zod';

export const defaultPort = 1502;

const mapRow = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .max(1024)
      .meta({ description: 'Path of the tag. Example: packaging/filler/speed.', examples: ['packaging/filler/speed'] }),
    address: z.union([z.string().min(1).max(32), z.int().min(0)], { error: 'an address is a text or a number' }).meta({
      description:
        'Where clients find it: HR0, IR0, C0, DI0 (from 0), or 400001, 300001, 000001, 100001 (from 1, unless the unit is zeroBased); ' +
        'with a suffix for a bit (HR0.5), text (HR0.20H), BCD or milliseconds (HR0.MS). Example: HR0.',
      examples: ['HR0', '400001', 'HR10.20H'],
    }),
    dataType: z
      .string()
      .refine((text) => parseDataType(text) !== undefined, {
        error: `a data type is one of ${scalarTypes.join(', ')}, or an array of one: float32[10]`,
      })
      .optional()
      .meta({
        description: 'Type of the value in the registers. Default: the type of the tag. Example: float32.',
        examples: ['float32', 'uint16[10]'],
      }),
    access: z
      .enum(['read-only', 'read-write'])
      .default('read-only')
      .meta({
        description:
          'Whether clients may write it; the tag must be read-write too. One of read-only, read-write. Default: read-only.',
        examples: ['read-write'],
      }),
    byteOrder: z
      .enum(orders32)
      .optional()
      .meta({
        description:
          'Order of the bytes of this row, where it differs from that of the unit; 64-bit values keep its habit. Default: that of the unit. Example: CDAB.',
        examples: ['CDAB'],
      }),
    quality: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Shows 1 while the tag has a value to show and 0 while it has none, instead of the value. Default: false.',
        examples: [true],
      }),
  })
  .meta({ description: 'One tag, or its quality, at one address.' });

const unit = z
  .strictObject({
    unitId: z
      .int()
      .min(0)
      .max(255)
      .default(1)
      .meta({ description: 'Unit id by which clients address this map. Range: 0 to 255. Default: 1.', examples: [1] }),
    byteOrder: z
      .enum(orders32)
      .default('ABCD')
      .meta({
        description:
          'Order of the bytes of 32-bit values as they travel, A the most significant. One of ABCD, CDAB, BADC, DCBA. Default: ABCD.',
        examples: ['CDAB'],
      }),
    byteOrder16: z
      .enum(orders16)
      .default('AB')
      .meta({
        description:
          'Order of the bytes in a register, for 16-bit values and bits of registers. BA contradicts the standard. Default: AB.',
        examples: ['AB'],
      }),
    byteOrder64: z
      .enum(orders64)
      .optional()
      .meta({
        description:
          'Order of the bytes of 64-bit values. Default: the habit of byteOrder over four registers. Example: GHEFCDAB.',
        examples: ['GHEFCDAB'],
      }),
    zeroBased: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Numeric addresses count from 0 (400000 is the first holding register) instead of 1. Default: false.',
        examples: [false],
      }),
    holes: z
      .enum(['exception', 'zero'])
      .default('exception')
      .meta({
        description:
          'What a read gets for addresses between mapped ones: exception 2 for the whole request, or zeros. Default: exception.',
        examples: ['zero'],
      }),
    uncertain: z
      .enum(['exception', 'value'])
      .default('exception')
      .meta({
        description:
          'What a read gets for a tag whose status is Uncertain: exception 4, or the value. A last usable value is never shown. Default: exception.',
        examples: ['value'],
      }),
    map: z
      .array(mapRow)
      .max(65_536)
      .default([])
      .meta({ description: 'Tags and where clients find them. Default: none.', examples: [[]] }),
  })
  .meta({ description: 'One unit: a map of its own.' });

/** As written in the plant document under `modbusServer`, with defaults filled (SPEC §10.3). */
export const modbusServerSettings = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(defaultPort)
    .meta({
      description: `TCP port of the server; 0 picks a free one. Range: 0 to 65535. Default: ${defaultPort}. The command line goes before it.`,
      examples: [502],
    }),
  framing: z
    .enum(['tcp', 'rtu-over-tcp'])
    .default('tcp')
    .meta({
      description:
        'Frames in the connection: Modbus TCP, or those of a serial line with CRC, as serial device servers pass them on. Default: tcp.',
      examples: ['rtu-over-tcp'],
    }),
  allow: z
    .array(z.string().min(1).max(64))
    .min(1)
    .optional()
    .meta({
      description:
        'Addresses and networks whose connections are accepted; Modbus knows no passwords. Default: every client that reaches the port. Example: 10.1.0.0/16.',
      examples: [['10.1.0.0/16', '192.168.0.20']],
    }),
  role: z
    .enum(['viewer', 'operator', 'engineer'])
    .default('operator')
    .meta({
      description:
        'Role in which clients write, as nobody knows who they are; for a viewer every row is read-only. One of viewer, operator, engineer. Default: operator.',
      examples: ['viewer'],
    }),
  areas: z
    .array(z.string().min(1).max(1024))
    .min(1)
    .default(['**'])
    .meta({
      description: 'Tags that clients may write where the map lets them, as patterns of paths. Default: all.',
      examples: [['packaging/**']],
    }),
  maxConnections: z
    .int()
    .min(1)
    .max(1000)
    .default(32)
    .meta({
      description:
        'Connections at once; a further one replaces the one that has been idle longest. Range: 1 to 1000. Default: 32.',
      unit: 'connections',
      examples: [32],
    }),
  idleMs: z
    .int()
    .min(1000)
    .max(86_400_000)
    .default(300_000)
    .meta({
      description:
        'How long a connection may stay without a request before it is closed. Range: 1000 to 86400000. Default: 300000.',
      unit: 'ms',
      examples: [300_000],
    }),
  units: z
    .array(unit)
    .max(256)
    .default([])
    .meta({ description: 'Units with their maps. Default: none.', examples: [[]] }),
});

export type ModbusServerSettings = z.output<typeof modbusServerSettings>;
export type UnitSettings = ModbusServerSettings['units'][number];
export type MapRow = UnitSettings['map'][number];
