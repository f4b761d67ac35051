import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentToYaml } from './document-to-yaml.js';
import { parsePlantText } from './parse-plant-text.js';
import { takeTagLines } from './tag-lines.js';
import type { PlantDocument } from '../document/plant-document.js';

const head = 'version: 1\nsite: lab\ndrivers:\n  - id: d\n    type: t\n    devices:\n      - id: e\n        tags:\n';
const lines = Array.from({ length: 60 }, (_, i) => `          - { path: a/t${i}, address: 00000${i}, dataType: bool }`);

/** A text with a mark of its own is read by the parser alone. */
function readWhole(text: string): ReturnType<typeof parsePlantText> {
  const whole = `# \uE000\n${text}`;
  expect(takeTagLines(whole)).toBeUndefined();
  return parsePlantText(whole);
}

/** Whatever comes out, by whichever road. */
function compare(text: string): void {
  const { document, findings } = parsePlantText(text);
  const whole = readWhole(text);
  expect(JSON.stringify(document)).toBe(JSON.stringify(whole.document));
  expect(document).toEqual(whole.document);
  expect(findings.length).toBe(whole.findings.length);
}

describe('tags that stand on one line each', () => {
  it('are read apart, all fields of a tag and their addresses as written', () => {
    const tag =
      '          - { path: a/b, address: 400001.10, dataType: \'int16[2]\', scaling: { gain: 0.1, offset: -5 }, unit: °C, verify: true, description: "a, \\"b\\"" }';
    const text = `${head}${[...lines, tag].join('\n')}\n`;
    expect(takeTagLines(text)?.tags).toHaveLength(61);
    compare(text);
    expect((parsePlantText(text).document as PlantDocument).drivers?.[0].devices?.[0].tags?.[60]).toEqual({
      path: 'a/b',
      address: '400001.10',
      dataType: 'int16[2]',
      scaling: { gain: 0.1, offset: -5 },
      unit: '°C',
      verify: true,
      description: 'a, "b"',
    });
  });

  it.each([
    ['within a text of several lines', `${head}${lines.join('\n')}\nopcua: |\n${lines.join('\n')}\n`],
    ['in options', `${head}${lines.join('\n')}\n        options:\n          list:\n${lines.join('\n')}\n`],
    ['in a list that is used twice', `${head.replace('tags:', 'tags: &all')}${lines.join('\n')}\n      - id: f\n        tags: *all\n`],
    ['with something behind', `${head}${lines.join('\n')}\n            and: more\n`],
    ['with text behind', `${head}${lines.join('\n')}\n            and more\n`],
    ['at the wrong depth', `${head}${lines.join('\n')}\n         - { path: a/x }\n`],
    ['with an address that is none of a tag', `${head}${lines.join('\n')}\n          - { path: a/x, limits: { address: 5 } }\n`],
    ['with a field twice', `${head}${lines.join('\n')}\n          - { path: a/x, path: a/y }\n`],
    ['ended by CR LF', `${head}${lines.join('\n')}\n`.replaceAll('\n', '\r\n')],
    ['in a text that ends in the middle', `${head}${lines.join('\n')}\n          - { path: a/x`],
  ])('mean the same %s', (_says, text) => {
    compare(text);
  }); // prettier-ignore

  it('are found again by their places', () => {
    const { locate } = parsePlantText(`${head}${lines.join('\n')}\n`);
    expect(locate(['drivers', 0, 'devices', 0, 'tags', 7, 'address'])).toEqual({ line: 16, column: 27 });
  });

  it('mean the same whatever is written in them', () => {
    const value = fc.oneof(
      fc.constantFrom(
        'a',
        'a/b',
        'true',
        'True',
        'null',
        '~',
        'yes',
        '0',
        '-0',
        '007',
        '1.50',
        '-1',
        '1e3',
        '0x1',
        '.5',
        '1.',
        '9007199254740993',
        '0.1234567890123456789',
        'a b',
        'a  b',
        'a -b',
        'a #b',
        'a: b',
        'a:b',
        '°C',
        '"x"',
        '"\\u0041"',
        '"\\/"',
        '"\\q"',
        "'x'",
        "''''",
        '{ a: 1 }',
        '{ address: 007, b: c d }',
        '{ address: 5 }',
        '-0.0',
        '00',
        '{ }',
        '{}',
        '[1]',
        '&a b',
        '*a',
        '!!str 1',
        '',
        ' ',
        '"a',
        '%a',
        'a%',
        '__proto__',
      ),
      fc.string({ maxLength: 6 }),
    );
    const key = fc.constantFrom('path', 'address', 'dataType', 'limits', 'unit', 'constructor', '__proto__', '1');
    const tag = fc
      .array(fc.tuple(key, value, fc.constantFrom(': ', ':', ':  ')), { maxLength: 4 })
      .map((fields) => `          - { ${fields.map(([name, text, colon]) => name + colon + text).join(', ')} }`);
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 3 }), fc.nat(60), (some, at) => {
        compare(`${head}${[...lines.slice(0, at), ...some, ...lines].join('\n')}\n`);
      }),
      { numRuns: 150 },
    );
  });

  it('mean the same with any sign changed', () => {
    const text = `${head}${lines.slice(0, 52).join('\n')}\n`;
    const sign = fc.constantFrom(' ', '\n', '{', '}', ':', ',', '-', '#', '|', '"', "'", '&', '*', '\t', 'x', '');
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(3), sign, (at, cut, put) => {
        compare(text.slice(0, at) + put + text.slice(at + cut));
      }),
      { numRuns: 80 },
    );
  });

  it('come so from documents', () => {
    const tags = Array.from({ length: 200 }, (_, i) => ({
      path: `a/t${i}`,
      address: `${i}`,
      dataType: 'float32',
      limits: { min: -i, max: i / 10 },
      description: `Tag ${i}`,
    }));
    const document: PlantDocument = {
      version: 1,
      site: 'lab',
      drivers: [{ id: 'd', type: 't', devices: [{ id: 'e', tags }] }],
    };
    const text = documentToYaml(document);
    expect(takeTagLines(text)?.tags.length).toBeGreaterThan(190);
    compare(text);
  });
});
