import { parseDocument, type ErrorCode } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parsePlantText } from '../text/parse-plant-text.js';
import { tellYamlMistake } from './tell-yaml-mistake.js';

/** A text, and what is said of it: the first finding. */
type Case = readonly [text: string, said: string];

const long = 'k'.repeat(1_100);

/** Each code that the library has, with each of its meanings. */
const cases: Readonly<Record<Exclude<ErrorCode, 'IMPOSSIBLE' | 'BAD_COLLECTION_TYPE'>, readonly Case[]>> = {
  ALIAS_PROPS: [['a: &x 1\nb: &y *x\n', 'line 2, column 7: `*x` stands for something else already']],
  BAD_ALIAS: [
    ['a: & 1\n', 'line 1, column 4: behind `&` a name is missing'],
    ['a: *\n', 'line 1, column 4: behind `*` a name is missing'],
  ],
  BAD_DIRECTIVE: [['%YAML 9\n---\na: 1\n', 'line 1, column 7: a line that begins with `%` is for programs']],
  BAD_DQ_ESCAPE: [['file: "C:\\data"\n', 'line 1, column 10: `\\d` means nothing in double quotes; write `\\\\`']],
  BAD_INDENT: [
    ['drivers:\n  - id: a\n devices: []\n', 'line 3, column 2: `devices` stands further left than its neighbours'],
    ['drivers:\n  - id: a\n  type: x\n', 'line 3, column 3: `type` stands further left than its neighbours'],
    ['d:\n - id: a\n   b: 1\n  - id: c\n', 'line 4, column 3: `- id: c` stands further right than its neighbours'],
    ['a:\n    b: 1\n   c: 2\n', 'line 3, column 4: `c` stands further left than its neighbours'],
    ['a:\n    b: 1\n  # but\n  c: 2\n', 'line 4, column 3: `c` stands further left than its neighbours'],
    ['a: { b: 1\n', 'line 1, column 4: the bracket `{` that opens here in `a` is not closed by `}`'],
    ['a: [1,\n2]\n', 'line 1, column 4: the bracket `[` that opens here in `a` is not closed by `]`'],
    ['a: >\n\t x\n', 'line 2, column 3: the lines of a text block are to be indented more'],
  ],
  BAD_PROP_ORDER: [['&a ? b\n', 'line 1, column 4: the anchor or type before `?` belongs behind it']],
  BAD_SCALAR_START: [
    ['unit: %\n', 'line 1, column 7: a value cannot begin with `%`; put it in quotes'],
    ['a: `x`\n', 'line 1, column 4: a value cannot begin with "`"; put it in quotes'],
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    ['a: b: c\n', 'line 1, column 4: the value `b: c` has a colon with a blank behind it'],
    [
      'site: lab\n  drivers: []\n',
      'line 2, column 3: `drivers` stands further right than its neighbours, as if it belonged to `site`',
    ],
    [
      'devices: x\n  - id: d\n',
      'line 2, column 3: `- id: d` stands further right than its neighbours, as if it belonged to `devices`',
    ],
    ['a:\n  - 1\n - 2\n', 'line 3, column 2: `- 2` stands further left than its neighbours'],
    ['a: ? b\n', 'line 1, column 4: `?` does not belong here'],
  ],
  BLOCK_IN_FLOW: [
    ['a: [\n - b\n]\n', 'line 2, column 2: a list or a group over several lines cannot stand between brackets'],
    ['a: { id: d x: 1 }\n', 'line 1, column 10: a comma is missing in `d x: 1 }`'],
  ],
  DUPLICATE_KEY: [
    ['a: 1\n"a": 2\n', 'line 2, column 1: the field `a` stands a second time in the same group'],
    ['{ a: 1, a: 2 }\n', 'line 1, column 9: the field `a` stands a second time in the same group'],
  ],
  KEY_OVER_1024_CHARS: [[`${long}: 1\n`, 'line 1, column 1: a name of more than 1,024 characters']],
  MISSING_CHAR: [
    ['a: 1\nb: "text\nc: 1\n', 'line 2, column 4: the quote (") that opens here in `b` is not closed'],
    ["a: 'it''s\nc: 1\n", "line 1, column 4: the quote (') that opens here in `a` is not closed"],
    ['version: 1\nsite:lab\n', 'line 2, column 1: `site:lab` has no blank behind its colon: `site: lab`'],
    ['version: 1\nsite\n', 'line 2, column 1: `site` has no colon behind the name of the field'],
    [
      'drivers:\n- id: a\n  type: x\n devices: 1\n',
      'line 4, column 2: `devices` stands further left than its neighbours',
    ],
    ['a:\n- b: 1\n c\n', 'line 3, column 2: `c` stands in a list, but does not begin with `- `'],
    ['a: [1, "x" "y"]\n', 'line 1, column 12: a comma is missing before `"y"`'],
    ['a: "b"#c\n', 'line 1, column 7: a blank is missing before the comment `#c`'],
    ['a: &x[1]\n', 'line 1, column 6: a blank is missing before `[`'],
    ['%YAML 1.2\na: 1\n', 'line 2, column 1: a line that begins with `%` is for programs'],
    ['--- a: 1\n', 'line 1, column 1: fields and lists begin on the line below `---`'],
    ['a:\n  &x - 1\n', 'line 2, column 3: `&x` belongs on the line above the list'],
    ['a: |\n      \n  x\n', 'line 3, column 3: blank lines at the head of a text block'],
    ['{ a: 1\n', 'line 1, column 1: the bracket `{` that opens here is not closed by `}`'],
  ],
  MULTILINE_IMPLICIT_KEY: [
    ['site lab\nversion: 1\n', 'line 1, column 1: `site lab` has no colon behind the name of the field'],
    ['version: 1\ndrivers\n  - id: a\n', 'line 2, column 1: `drivers` has no colon behind the name of the field'],
    ['a: 1\n- b\n', 'line 2, column 1: the list item `- b` stands where a field is expected'],
    ['"a\n b": 1\n', 'line 1, column 1: the name that begins with `"a` goes on over the next line'],
  ],
  MULTIPLE_ANCHORS: [['a: &x &y 1\n', 'line 1, column 7: `&y` is a second anchor of one value']],
  MULTIPLE_DOCS: [['a: 1\n---\nb: 2\n', 'line 2, column 1: a second document begins here; a plant is one']],
  MULTIPLE_TAGS: [['a: !!str !!str 1\n', 'line 1, column 10: `!!str` is a second type of one value']],
  NON_STRING_KEY: [['[a]: 1\n', 'line 1, column 1: the name of a field is a text, not a list or a group']],
  RESOURCE_EXHAUSTION: [[`a: ${'['.repeat(20_000)}`, 'lists and groups are nested too deep here']],
  TAB_AS_INDENT: [['drivers:\n\t- id: a\n', 'line 2, column 1: a tab stands before `- id: a`; indent with blanks']],
  TAG_RESOLVE_FAILED: [['a: !x!y 1\n', 'line 1, column 4: `!x!y` names a type that plants do not have']],
  UNEXPECTED_TOKEN: [
    ['a: [1,,2]\n', 'line 1, column 7: a comma too many: nothing stands before it'],
    ['a: > x\n', 'line 1, column 6: behind the sign of a text block'],
    ['a: |x\n y\n', 'line 1, column 5: behind the sign of a text block'],
    ['a: - b\n', 'line 1, column 4: the list in `a` begins on the line of its name'],
    ['a: [1]]\n', 'line 1, column 7: `]` closes nothing that is open'],
    ['a: "x" y\n', 'line 1, column 8: `y` stands behind a value that is complete'],
    ['- a\nb: 1\n', 'line 2, column 1: `b` does not belong to what stands above it'],
    ['"a" "b": 1\n', 'line 1, column 5: `"b"` does not belong here'],
  ],
};

describe.each(Object.entries(cases))('%s', (errorCode, each) => {
  it.each(each)('%j', (text, said) => {
    const codes = parseDocument(text, { stringKeys: true }).errors.map(({ code }) => code);
    expect(codes).toContain(errorCode);
    expect(parsePlantText(text).findings[0].message).toContain(said);
  });
});

it.each(['IMPOSSIBLE', 'BAD_COLLECTION_TYPE'] as const)('%s, which no text brings about, is told too', (code) => {
  const { message } = tellYamlMistake({ code, message: '', offset: 3 }, 'a: !x\n');
  expect(message).toMatch(/^`!x` /);
});

it('says nothing in the words of the library, whatever it meets', () => {
  for (const [text] of Object.values(cases).flat()) {
    for (const { message } of parsePlantText(text).findings) {
      expect(message).not.toMatch(/implicit|mapping|scalar|flow|collection|token|undefined/i);
      expect(message).not.toContain('``');
    }
  }
});
