import { describe, expect, it } from 'vitest';
import type { EditorSchema } from './schema-at.js';
import { schemaWords } from './schema-words.js';
import { suggestionsAt } from './suggestions.js';
import { yamlContext } from './yaml-context.js';

const driver: EditorSchema = {
  type: 'object',
  required: ['id', 'type'],
  properties: {
    id: { type: 'string', description: 'Name of the driver.', examples: ['packaging'] },
    type: { anyOf: [{ enum: ['modbus', 's7'] }, { type: 'string' }] },
    enabled: { type: 'boolean', default: true, description: 'Starts it.' },
    options: { type: 'object' },
  },
  allOf: [
    {
      if: { properties: { type: { const: 'modbus' } }, required: ['type'] },
      then: {
        properties: {
          options: { required: ['host'], properties: { host: { type: 'string' }, port: { $ref: '#/$defs/port' } } },
        },
      },
    },
    {
      if: { properties: { type: { const: 's7' } }, required: ['type'] },
      then: { properties: { options: { properties: { rack: { type: 'integer' } } } } },
    },
  ],
};

const schema: EditorSchema = {
  type: 'object',
  properties: { site: { type: 'string' }, drivers: { type: 'array', items: driver } },
  $defs: { port: { type: 'integer', minimum: 1, maximum: 65_535, default: 502, description: 'TCP port.' } },
};

function labels(marked: string): readonly string[] {
  const lines = marked.split('\n');
  const index = lines.length - 1;
  return suggestionsAt(
    schema,
    yamlContext({ count: lines.length, line: (at) => lines[at] }, index, lines[index].length),
  ).map(({ label }) => label);
}

describe('completion from the schema (§7.1)', () => {
  it('offers the keys of the place, the required ones first', () => {
    expect(labels('')).toEqual(['site', 'drivers']);
    expect(labels('drivers:\n  - ')).toEqual(['id', 'type', 'enabled', 'options']);
  });

  it('offers the options of the type of the driver, and of no other', () => {
    expect(labels('drivers:\n  - type: modbus\n    options: { ')).toEqual(['host', 'port']);
    expect(labels('drivers:\n  - type: s7\n    options: { ')).toEqual(['rack']);
    expect(labels('drivers:\n  - options: { ')).toEqual([]);
  });

  it('leaves out what a mapping has already', () => {
    expect(labels('drivers:\n  - type: modbus\n    options: { host: a, ')).toEqual(['port']);
  });

  it('offers values: those listed, true and false, defaults and examples', () => {
    expect(labels('drivers:\n  - type: ')).toEqual(['modbus', 's7']);
    expect(labels('drivers:\n  - enabled: ')).toEqual(['true', 'false']);
    expect(labels('drivers:\n  - id: ')).toEqual(['packaging']);
    expect(labels('drivers:\n  - type: modbus\n    options: { port: ')).toEqual(['502']);
  });
});

describe('hover', () => {
  it('says what a field is, its range and its default', () => {
    expect(schemaWords(schema.$defs!.port)).toBe('TCP port.\nFrom 1 to 65535. Default: 502.');
    expect(schemaWords({ enum: ['a', 1], examples: ['x'] })).toBe('One of "a", 1.\nExample: "x"');
  });
});
