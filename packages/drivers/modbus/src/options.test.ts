import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { byteOrdersOf, modbusDeviceOptions, modbusOptions } from './options.js';

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
}

function rowsOf(schema: z.ZodType): string[] {
  const { properties } = schemaOf(schema);
  return Object.entries(properties).map(
    ([name, { description, default: byDefault, minimum, maximum, unit, enum: choices }]) => {
      const range = choices ? choices.join(' ') : minimum === undefined ? '' : `${minimum} … ${maximum}`;
      const shown =
        byDefault === undefined || typeof byDefault === 'object' ? '' : JSON.stringify(byDefault).replaceAll('"', '');
      return `| \`${name}\` | ${shown} | ${range} | ${unit ?? ''} | ${description} |`.replaceAll(/ +/g, ' ');
    },
  );
}

function schemaOf(schema: z.ZodType): { readonly properties: Readonly<Record<string, JsonSchemaProperty>> } {
  return schema.toJSONSchema({ io: 'input' }) as { properties: Record<string, JsonSchemaProperty> };
}

describe('the options', () => {
  it('stand in the README as the schema has them', () => {
    for (const row of [...rowsOf(modbusOptions), ...rowsOf(modbusDeviceOptions)]) expect(readme).toContain(row);
  });

  it('are all described', () => {
    for (const schema of [modbusOptions, modbusDeviceOptions]) {
      for (const [name, { description }] of Object.entries(schemaOf(schema).properties))
        expect(description, name).toBeTruthy();
    }
  });

  it('refuse fields that nobody knows, at any depth', () => {
    expect(modbusOptions.safeParse({ host: 'a', timeout: 5 }).success).toBe(false);
    expect(modbusOptions.safeParse({ host: 'a', reconnect: { first: 5 } }).success).toBe(false);
    expect(modbusDeviceOptions.safeParse({ unit: 1 }).success).toBe(false);
  });

  it('carry the habit of the 32-bit order over to 64 bits unless told otherwise', () => {
    expect(byteOrdersOf(modbusDeviceOptions.parse({ byteOrder: 'CDAB' })).order64).toBe('GHEFCDAB');
    expect(byteOrdersOf(modbusDeviceOptions.parse({ byteOrder: 'CDAB', byteOrder64: 'ABCDEFGH' })).order64).toBe(
      'ABCDEFGH',
    );
  });
});
