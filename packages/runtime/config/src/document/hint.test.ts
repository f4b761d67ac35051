import { expect, it } from 'vitest';
import { hint } from './hint.js';

const known = ['scanMs', 'scaling', 'address', 'dataType', 'path'];

it('names what was meant, and all names when none is near', () => {
  expect(hint('adress', known)).toBe('; did you mean address?');
  expect(hint('x', known)).toBe('; known here: scanMs, scaling, address, dataType, path');
  expect(hint('x', [])).toBe('; no field is known here');
});
