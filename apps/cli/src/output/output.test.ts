import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { statusCodes } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import { columns, table } from './columns.js';
import { ageText, bytesText, dateAndTime, durationText } from './durations.js';
import { colours, noColours, paletteFor } from './palette.js';
import { oneLine, printable } from './printable.js';
import { sentence } from './sentence.js';
import { stateText, statusText, valueText } from './values.js';

test('aligns columns and leaves no blanks at the ends of lines', () => {
  expect(
    table(
      ['ID', 'STATE'],
      [
        ['a', 'Healthy'],
        ['longer', '-'],
      ],
    ),
  ).toBe('ID      STATE\na       Healthy\nlonger  -\n');
});

test('says nothing for a table without rows', () => {
  expect(table(['ID'], [])).toBe('');
});

test('aligns coloured cells by what is seen of them', () => {
  const text = columns([
    [colours.good('a'), 'x'],
    ['bbb', 'y'],
  ]);
  expect(stripVTControlCharacters(text)).toBe('a    x\nbbb  y\n');
});

test('cuts lines to the width of the terminal, and says so', () => {
  expect(columns([['id', 'a long message']], 10)).toBe('id  a lon…\n');
});

test('no line is wider than the terminal, if its last cell is plain', () => {
  const cell = fc.stringMatching(/^[a-z ]{0,20}$/);
  const property = fc.property(
    fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }),
    fc.integer({ min: 5, max: 80 }),
    (rows, width) => {
      for (const line of columns(rows, width).trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    },
  );
  fc.assert(property);
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1_000, '1 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [7_530_000, '2 h 5 min'],
  [90_000_000, '1 d 1 h'],
  [-5, '0 ms'],
])('says %d ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('says how long ago something was, or will be', () => {
  const now = Date.UTC(2030, 0, 1, 0, 3);
  expect(ageText('2030-01-01T00:00:00.000Z', now)).toBe('3 min ago');
  expect(ageText('2030-01-01T00:03:05.000Z', now)).toBe('in 5 s');
});

test('shows local dates and times', () => {
  expect(dateAndTime('2030-01-01T12:00:00.007Z')).toMatch(/^20(29|30)-\d\d-\d\d \d\d:\d\d:00\.007$/);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [49_300_000, '49.3 MB'],
  [2.5e15, '2500.0 TB'],
])('says %d bytes as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test('makes control characters visible, so that no value can steer the terminal', () => {
  expect(printable('\u001b[31mred\u0007\u009b\ttab\nline')).toBe('\\x1b[31mred\\x07\\x9b\\x09tab\nline');
  expect(oneLine('a\nb')).toBe('a b');
});

test.each<[value: unknown, dataType: string, text: string]>([
  [12.300000190734863, 'float32', '12.3'],
  [0.1, 'float64', '0.1'],
  [28.900000000000002, 'float64', '28.9'],
  [9007199254740991, 'uint64', '9007199254740991'],
  ['text', 'string', '"text"'],
  ['\u001b[2J', 'string', '"\\u001b[2J"'],
  ['\u009b2J', 'string', '"\\x9b2J"'],
  [null, 'bool', '-'],
  [[1, 12.300000190734863], 'float32[2]', '[1, 12.3]'],
])('shows %j (%s) as %s', (value, dataType, text) => {
  expect(valueText(value, dataType)).toBe(text);
});

test('marks what is not Good, with colour and without', () => {
  const bad = { status: 'BadTimeout', statusCode: statusCodes.BadTimeout };
  const uncertain = { status: 'UncertainLastUsableValue', statusCode: statusCodes.UncertainLastUsableValue };
  expect(statusText({ status: 'Good', statusCode: 0 }, noColours)).toBe('Good');
  expect(statusText(bad, noColours)).toBe('! BadTimeout');
  expect(statusText(uncertain, noColours)).toBe('? UncertainLastUsableValue');
  expect(statusText(bad, colours)).toBe('\u001b[31m! BadTimeout\u001b[39m');
});

test('colours states on a terminal only, and not where NO_COLOR is set', () => {
  expect(stateText('Faulted', paletteFor(true, {}))).toContain('\u001b[31m');
  expect(stateText('Faulted', paletteFor(false, {}))).toBe('Faulted');
  expect(stateText('Faulted', paletteFor(true, { NO_COLOR: '1' }))).toBe('Faulted');
  expect(stateText('Faulted', paletteFor(true, { NO_COLOR: '' }))).toContain('\u001b[31m');
});

test('makes sentences of messages', () => {
  expect(sentence('port 4842 is taken')).toBe('Port 4842 is taken.');
  expect(sentence('/tmp/plant.yaml has 1 error.')).toBe('/tmp/plant.yaml has 1 error.');
  expect(sentence('plant.yaml has 1 error')).toBe('plant.yaml has 1 error.');
  expect(sentence('line1/filler does not answer')).toBe('line1/filler does not answer.');
  expect(sentence('it ended. fieldwarden list')).toBe('It ended. fieldwarden list.');
});
