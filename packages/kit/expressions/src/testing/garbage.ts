import fc from 'fast-check';
import { functionNames } from '../functions/function-table.js';
import { signs } from '../syntax/token.js';

const pieces = [
  ...signs,
  ...functionNames.map((name) => `${name}(`),
  '{a}', '{./b}', '{', '}', '"', "'", '"x"', '1', '2.5', '5s', '0x', '9e999', 'true', 'and', 'or', 'not', 'in', 'between',
  'div', 'mod', ' ', '\n', '\\', '%', '=', '.', ';', '😀', '\0', 'constructor', '__proto__',
]; // prettier-ignore

/** Texts that look like expressions, more or less. */
export const garbage: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 60, unit: 'binary' }),
);
