import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentToYaml } from './document-to-yaml.js';
import { parsePlantText } from './parse-plant-text.js';
import type { PlantDocument } from '../document/plant-document.js';
import { arbitraryDocument } from '../testing/arbitrary-plants.js';
import { labPlant } from '../testing/lab-plant.js';

const plant: PlantDocument = {
  drivers: [
    {
      devices: [
        {
          tags: [
            { address: '400101', limits: { min: 0, max: 120 }, dataType: 'float32', path: 'line/filler/setpoint' },
            { path: 'line/filler/start', address: '000001', dataType: 'bool' },
          ],
          id: 'filler',
        },
      ],
      type: 'modbus',
      id: 'packaging',
      options: { host: '127.0.0.1', port: 502 },
    },
  ],
  site: 'lab',
  version: 1,
};

describe('a document as YAML (§7.1)', () => {
  it('reads as people write it', () => {
    expect(documentToYaml(plant)).toBe(`version: 1
site: lab
drivers:
  - id: packaging
    type: modbus
    options: { host: 127.0.0.1, port: 502 }
    devices:
      - id: filler
        tags:
          - { path: line/filler/setpoint, address: 400101, dataType: float32, limits: { min: 0, max: 120 } }
          - { path: line/filler/start, address: "000001", dataType: bool }
`);
  });

  it('has the order of the schema, and the sections of services as they stand', () => {
    const { document } = parsePlantText(labPlant);
    const reversed = Object.fromEntries(Object.entries(document as object).reverse()) as PlantDocument;
    const head = ['version', 'site', 'logging', 'drivers'];
    const sections = ['internalTags', 'stateMachines', 'flows', 'history', 'mqtt', 'users', 'opcua'];
    const topOf = (text: string): readonly string[] => text.match(/^\w+/gm) ?? [];
    expect(topOf(documentToYaml(document as PlantDocument))).toEqual([...head, ...sections]);
    expect(topOf(documentToYaml(reversed))).toEqual([...head, ...sections.toReversed()]);
    expect(documentToYaml(reversed).split('internalTags')[0]).toContain(
      documentToYaml(document as PlantDocument).split('internalTags')[0],
    );
  });

  it('breaks lines that are too long to read, and keeps what the schema does not know', () => {
    const description = 'the speed of the filler '.repeat(6).trim();
    const tags = [{ path: 'a/b', address: '1', dataType: 'bool', description }];
    const device = { id: 'e', tags, colour: 'red' };
    const document = { version: 1, site: 'lab', drivers: [{ id: 'd', type: 't', devices: [device] }] };
    expect(documentToYaml(document as PlantDocument)).toContain(`      - id: e
        tags:
          - path: a/b
            address: 1
            dataType: bool
            description: ${description}
        colour: red
`);
  });

  it('escapes what other readers take for a line break', () => {
    const text = documentToYaml({ version: 1, site: '\u0085 \u2028 \u2029 \ufeff \x7f' });
    expect(text).toContain(String.raw`"\u0085 \u2028 \u2029 \ufeff \u007f"`);
  });

  it('reads back as the same document, every part of the schema', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        expect(parsePlantText(documentToYaml(document)).document).toEqual(withTextAddresses(document));
      }),
    );
  });

  it('keeps lists and groups of any depth in options', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 0 }),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), (options) => {
        const document: PlantDocument = { version: 1, site: 'lab', drivers: [{ id: 'd', type: 't', options }] };
        expect(JSON.stringify(parsePlantText(documentToYaml(document)).document)).toBe(JSON.stringify(document));
      }),
    );
  });

  it('reads back as the same document, whatever its texts say', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'yes',
        '0x1f',
        '1e3',
        '~',
        '- a',
        '#',
        '1_000',
        ': ',
        '\t',
        'a\nb',
        '<<',
        '1_000',
        '12:30:45',
        '2024-01-01',
        '.inf',
        '1.',
        '0o7',
        '-1',
        '+1',
        '\u0085',
        '\u2028',
        '\ud800',
        'a  b',
        ' a',
        'a ',
        '%a',
        '(',
        '1e5',
        'a #b',
        'a- b',
        'a -b',
        '---',
      ),
    );
    const options = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text)),
    );
    fc.assert(
      fc.property(text, options, (description, extra) => {
        const tags = [{ path: 'a/b', address: description, dataType: 'int16' as const, description }];
        const document: PlantDocument = {
          version: 1,
          site: 'lab',
          drivers: [{ id: 'd', type: 't', options: extra, devices: [{ id: 'e', tags }] }],
        };
        expect(parsePlantText(documentToYaml(document)).document).toEqual(document);
      }),
    );
  });
});

function withTextAddresses(document: PlantDocument): unknown {
  return JSON.parse(JSON.stringify(document), (name, value: unknown) => (name === 'address' ? String(value) : value));
}
