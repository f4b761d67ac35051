import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentToYaml } from './document-to-yaml.js';
import { parsePlantText } from './parse-plant-text.js';
import type { PlantDocument } from './plant-document.js';

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
          - { path: line/filler/setpoint, address: "400101", dataType: float32, limits: { min: 0, max: 120 } }
          - { path: line/filler/start, address: "000001", dataType: bool }
`);
  });

  it('reads back as the same document, whatever its texts say', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('yes', '0x1f', '1e3', '~', '- a', '#', '1_000', ': ', '\t', 'a\nb', '<<'),
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
