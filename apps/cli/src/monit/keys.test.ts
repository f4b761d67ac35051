import { expect, test } from 'vitest';
import { keysIn } from './keys.js';

test.each([
  ['j', ['j']],
  ['\u001b[A', ['up']],
  ['\u001bOB', ['down']],
  ['\u001b[6~', ['page-down']],
  ['\r', ['enter']],
  ['\u0003', ['ctrl-c']],
  ['\u001b', ['escape']],
  ['jj\u001b[Bq', ['j', 'j', 'down', 'q']],
  ['ä€', ['ä', '€']],
])('reads %j as %j', (chunk, keys) => {
  expect(keysIn(chunk)).toEqual(keys);
});

test.each(['\u001b[200~', '\u001b[15;2~', '\u0000', '\u001a'])('takes %j for no key', (chunk) => {
  expect(keysIn(chunk)).toEqual([]);
});
