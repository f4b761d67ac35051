import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { byteOrdersOf } from './address/byte-orders.js';
import { modbusDeviceOptions, modbusRtuDeviceOptions } from './device-options.js';
import { modbusOptions, modbusRtuOptions } from './options.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');

interface Meta {
  readonly description?: string;
  readonly unit?: string;
  readonly examples?: readonly unknown[];
}

interface JsonSchemaProperty extends Meta {
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly const?: number;
}

function rowsOf(schema: z.ZodType): string[] {
  const { properties } = schemaOf(schema);
  return Object.entries(properties).map(
    ([name, { description, default: byDefault, minimum, maximum, unit, enum: choices, const: only }]) => {
      const range =
        only !== undefined
          ? String(only)
          : choices
            ? choices.join(' ')
            : minimum === undefined
              ? ''
              : `${minimum} … ${maximum}`;
      const shown =
        byDefault === undefined || typeof byDefault === 'object' ? '' : JSON.stringify(byDefault).replaceAll('"', '');
      return `| \`${name}\` | ${shown} | ${range} | ${unit ?? ''} | ${description} |`.replaceAll(/ +/g, ' ');
    },
  );
}

function schemaOf(schema: z.ZodType): { readonly properties: Readonly<Record<string, JsonSchemaProperty>> } {
  return schema.toJSONSchema({ io: 'input' }) as { properties: Record<string, JsonSchemaProperty> };
}

const schemas = [modbusOptions, modbusRtuOptions, modbusDeviceOptions, modbusRtuDeviceOptions];

describe('the options', () => {
  it('stand in the README as the schema has them', () => {
    for (const schema of schemas) for (const row of rowsOf(schema)) expect(readme).toContain(row);
  });

  it('are all described', () => {
    for (const schema of schemas) {
      for (const [name, { description }] of Object.entries(schemaOf(schema).properties))
        expect(description, name).toBeTruthy();
    }
  });

  it('refuse fields that nobody knows, at any depth', () => {
    expect(modbusOptions.safeParse({ host: 'a', timeout: 5 }).success).toBe(false);
    expect(modbusOptions.safeParse({ host: 'a', reconnect: { first: 5 } }).success).toBe(false);
    expect(modbusDeviceOptions.safeParse({ unit: 1 }).success).toBe(false);
  });

  it('know only what a serial line can do', () => {
    expect(modbusRtuOptions.parse({ port: '/dev/ttyUSB0' })).toMatchObject({
      baudRate: 19_200,
      dataBits: 8,
      parity: 'even',
      stopBits: 1,
    });
    for (const wrong of [{ dataBits: 7 }, { stopBits: 3 }, { parity: 'mark' }, { baudRate: 9600.5 }, { host: 'a' }]) {
      expect(modbusRtuOptions.safeParse({ port: '/dev/ttyUSB0', ...wrong }).success, JSON.stringify(wrong)).toBe(false);
    }
    expect([-1, 0, 247, 248].map((unitId) => modbusRtuDeviceOptions.safeParse({ unitId }).success)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('carry the habit of the 32-bit order over to 64 bits unless told otherwise', () => {
    expect(byteOrdersOf(modbusDeviceOptions.parse({ byteOrder: 'CDAB' })).order64).toBe('GHEFCDAB');
    expect(byteOrdersOf(modbusDeviceOptions.parse({ byteOrder: 'CDAB', byteOrder64: 'ABCDEFGH' })).order64).toBe(
      'ABCDEFGH',
    );
  });
});

it('refuses a host that resolvers read as another one', () => {
  expect(modbusOptions.safeParse({ host: '010.0.0.8' }).error?.issues[0].message).toContain('write 10.0.0.8');
});
