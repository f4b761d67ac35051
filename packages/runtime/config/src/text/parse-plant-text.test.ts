import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlantText } from './parse-plant-text.js';

const inTag = (fields: string): string =>
  `{ "version": 1, "drivers": [ { "options": { "address": 1.50 }, "devices": [ { "tags": [ { ${fields} } ] } ] } ] }`;

function firstTag(text: string): unknown {
  const document = parsePlantText(text).document as {
    drivers: { options: unknown; devices: { tags: unknown[] }[] }[];
  };
  return document.drivers[0].devices[0].tags[0];
}

describe('the address of a tag', () => {
  it.each([
    ['JSON', '"address": 400001.10', '400001.10'],
    ['JSON', '"address": 1e3', '1e3'],
    ['JSON', '"address": "000001"', '000001'],
    ['YAML', 'address: 400001.10', '400001.10'],
    ['YAML', 'address: 000001', '000001'],
    ['YAML', 'address: "000001"', '000001'],
    ['YAML', 'address: 0x10', '0x10'],
    ['YAML', 'address: DB1.DBD0', 'DB1.DBD0'],
  ])('in %s, %s, is the text %s', (_language, field, address) => {
    expect(firstTag(inTag(field))).toEqual({ address });
  });

  it('is no matter of options that happen to be called so', () => {
    for (const field of ['"address": 1', 'address: 1']) {
      const { document } = parsePlantText(inTag(field));
      expect(document).toMatchObject({ drivers: [{ options: { address: 1.5 } }] });
    }
  });
});

describe('JSON text', () => {
  it('is read as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (document, indent) => {
        const text = JSON.stringify(document, null, indent);
        const { document: read, findings } = parsePlantText(text);
        expect(findings).toEqual([]);
        expect(read).toEqual(JSON.parse(text));
      }),
    );
  });

  it('may not say the same field twice, which would hide one of them', () => {
    const { document, findings } = parsePlantText('{\n  "drivers": [],\n  "site": "a",\n  "drivers": []\n}');
    expect(document).toBeUndefined();
    expect(findings).toMatchObject([{ rule: 'syntax', line: 4, column: 3 }]);
  });

  it('is located like YAML', () => {
    const { locate } = parsePlantText('{\n  "site": "a",\n  "drivers": [\n    {}, { "id": 5 }\n  ]\n}');
    expect(locate(['drivers', 1, 'id'])).toEqual({ line: 4, column: 11 });
    expect(locate(['drivers', 1, 'type', 'x'])).toEqual({ line: 4, column: 9 });
    expect(locate([])).toEqual({ line: 1, column: 1 });
  });
});

describe('YAML text', () => {
  it('follows aliases when it says where something stands', () => {
    const { document, locate } = parsePlantText('drivers:\n  - &first { id: a }\n  - *first\n');
    expect(document).toEqual({ drivers: [{ id: 'a' }, { id: 'a' }] });
    expect(locate(['drivers', 1, 'id'])).toEqual({ line: 2, column: 14 });
  });

  it('that unfolds without end is a finding', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'])
      lines.push(`${to}: &${to} [${`*${from}, `.repeat(10)}]`);
    const { document, findings } = parsePlantText(lines.join('\n'));
    expect(document).toBeUndefined();
    expect(findings).toMatchObject([
      { rule: 'syntax', severity: 'error', message: expect.stringContaining('unfolds without end') as string },
    ]);
  });

  it('says of each alias where it stands when nothing above it has that name', () => {
    const { document, findings } = parsePlantText('a: *later\nb: &later 1\nc: *later\nd: [*never]\n');
    expect(document).toBeUndefined();
    expect(findings.map(({ line, column }) => [line, column])).toEqual([
      [1, 4],
      [4, 5],
    ]);
    expect(findings[0].message).toMatch(
      /^line 1, column 4: `\*later` stands for what `&later` names, and nothing above/,
    );
  });

  it('with mistakes says one a line, and counts those beyond what anybody reads', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `f${i}: "x" "y" "z"`);
    const { findings } = parsePlantText(lines.join('\n'));
    expect(findings.map(({ line }) => line)).toEqual([...Array.from({ length: 50 }, (_, i) => i + 1), undefined]);
    expect(findings.at(-1)).toMatchObject({ rule: 'more', message: 'and 10 more lines that cannot be read' });
  });

  it('names a field that is written twice, in a text that only the library reads, too', () => {
    const { findings } = parsePlantText('a: &x 1\nb: *x\nc: { d: 1, d: 2 }\na: 2\n');
    expect(findings.map(({ line, column }) => [line, column])).toEqual([
      [3, 12],
      [4, 1],
    ]);
  });
});
