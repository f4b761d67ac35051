import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { diagnosticsOf, rangeOf } from './diagnostics.js';

const doc = Text.of(['version: 1', 'site: "my lab"', 'drivers: []']);
const finding = { path: 'site', rule: 'site-name', message: 'no blanks', severity: 'error' } as const;

describe('findings as marks in the text (§7.1)', () => {
  it('stand under what is wrong', () => {
    const [mark] = diagnosticsOf([{ ...finding, line: 2, column: 7 }], doc);
    expect(mark).toEqual({ from: 17, to: 25, severity: 'error', message: 'no blanks', source: 'site-name' });
    expect(doc.sliceString(mark.from, mark.to)).toBe('"my lab"');
  });

  it('never lie outside the text, which may have become shorter since', () => {
    expect(rangeOf({ line: 9, column: 1 }, doc)).toEqual({ from: 0, to: 0 });
    expect(rangeOf({}, doc)).toEqual({ from: 0, to: 0 });
    const { from, to } = rangeOf({ line: 1, column: 99 }, doc);
    expect([from, to]).toEqual([10, 10]);
  });
});
