import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { documentToYaml } from '../text/document-to-yaml.js';
import { syntaxTree } from './syntax-tree.js';
import { keepAddressesAsWritten } from './tag-addresses.js';
import { yamlValues } from './yaml-values.js';
import { arbitraryDocument } from '../testing/arbitrary-plants.js';

/** What the library makes of a text; undefined if it finds a mistake. */
function byLibrary(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  if (document.errors.length > 0) return undefined;
  keepAddressesAsWritten(document);
  return document.toJS() as unknown;
}

/** Whatever is read here is read as the library does; the rest is left to it. */
function agrees(text: string): boolean {
  const read = yamlValues(text);
  if (read === undefined) return false;
  expect(read).toEqual(byLibrary(text));
  expect(syntaxTree(text)).toBeDefined();
  return true;
}

describe('the reader of plain YAML', () => {
  it.each([
    ['a block group', 'a: 1\nb: x y\nc:\nd: null\n'],
    ['nested groups and lists', 'a:\n  b:\n    - 1\n    - c: 2\n      d: 3\n  e: []\nf:\n- x\n- y: z\n'],
    ['lists in lists', '- - 1\n  - 2\n-\n  - 3\n-\n- a: b\n'],
    ['flow over several lines', 'a: { b: [1, 2,\n    3], "c": "x" } # end\nd: [\n  { e: f }, # one\n  ]\n'],
    ['quotes', `a: "x \\" \\u00e9"\nb: 'it''s'\n"c d": 1\n'e': 2\n`],
    ['comments', '# head\na: 1 # one\n\n  # indented\nb: a#b\n'],
    [
      'numbers',
      'a: [0x1F, 0o17, -1.5, 1e3, .5, 1., +2, .inf, -.INF, 000001, 1_000, 1.2.3, -, -x]\n'.replace(' -,', ''),
    ],
    ['words', 'a: [true, True, TRUE, tRUE, yes, no, null, Null, ~, nULL, on]\n'],
    ['CR LF', 'a: 1\r\nb:\r\n  - x # y\r\n'],
    ['a marker at the start', '---\na: 1\n'],
    ['JSON', '{"a": [1, {"b": "x"}],"c":null}'],
  ])('reads %s', (_says, text) => {
    expect(agrees(text)).toBe(true);
  });

  it.each([
    ['anchors and aliases', 'a: &x 1\nb: *x\n'],
    ['block scalars', 'a: |\n  x\n'],
    ['a scalar over two lines', 'a: x\n  y\n'],
    ['a quoted scalar over two lines', 'a: "x\n  y"\n'],
    ['tags', 'a: !!str 1\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['tabs', 'a:\t1\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a key twice in flow', '{ a: 1, a: 2 }'],
    ['a mapping in a line', 'a: b: c\n'],
    ['flow that stands too far left', 'a:\n  b: [1,\n 2]\n'],
    ['a wrong indent', 'a:\n   b: 1\n  c: 2\n'],
    ['an end that is missing', 'a: [1, 2\n'],
    ['no YAML', '{{{'],
    ['depth', `a: ${'['.repeat(200)}${']'.repeat(200)}`],
  ])('leaves %s to the library', (_says, text) => {
    expect(yamlValues(text)).toBeUndefined();
  });

  it('reads every document as it is written here', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const text = documentToYaml(document);
        expect(agrees(text)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('reads what the library writes, in any of its styles, or leaves it', () => {
    const options = fc.record({
      indent: fc.integer({ min: 1, max: 5 }),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const, 'block' as const),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
      lineWidth: fc.constantFrom(0, 40),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), options, (value, how) => {
        agrees(stringify(value, how));
      }),
      { numRuns: 300 },
    );
  });

  it("never reads differently what is made of YAML's own signs", () => {
    const pieces = fc.constantFrom(
      ...[
        'a',
        'b',
        ':',
        ': ',
        ' ',
        '  ',
        '- ',
        '-',
        '\n',
        '\n  ',
        '\n    ',
        '# c',
        ' #',
        ',',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '?',
        '? ',
      ],
      ...[
        '1',
        '0x',
        '.',
        'true',
        '~',
        '\\',
        '&a',
        '*a',
        '|',
        '>',
        '%',
        '---',
        '\r\n',
        '\t',
        '!',
        '@',
        '\n\n',
        'é',
        '"k":',
        "''",
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        agrees(parts.join(''));
      }),
      { numRuns: 20_000 },
    );
  });
});
