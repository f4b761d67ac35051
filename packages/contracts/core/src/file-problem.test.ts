import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { fileProblem } from './file-problem.js';

it.each([
  ['/no/such/plant.yaml', 'there is no such file'],
  ['/', 'it is a folder'],
])('says of %s: %s', async (file, says) => {
  const thrown: unknown = await readFile(file).catch((error: unknown) => error);
  expect(fileProblem(thrown)).toBe(says);
});

it('leaves what it does not know in the words of the system', () => {
  expect(fileProblem(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }))).toBe('EIO: i/o error, read');
  expect(fileProblem(undefined)).toBe('undefined');
});
