import { parseDataType } from '@fieldwarden/core';
import { expect, it } from 'vitest';
import { noDataType } from './data-type-words.js';

it.each([
  ['float', 'float is float32 here'],
  ['REAL', 'REAL is float32 here'],
  ['LReal[4]', 'LReal[4] is float64[4] here'],
  ['DINT', 'DINT is int32 here'],
  ['word', 'word is uint16 here'],
  ['BOOL', 'BOOL is bool here'],
])('knows what others call %s', (text, says) => {
  expect(noDataType(text)).toMatch(/^a data type is one of bool, .*; /);
  expect(noDataType(text).endsWith(`; ${says}`)).toBe(true);
  expect(parseDataType(says.split(' ')[2] ?? '')).toBeDefined();
});

it.each(['constructor', 'voltage', '', 5, null])('guesses nothing of %j', (text) => {
  expect(noDataType(text).endsWith('float32[10]')).toBe(true);
});
