import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSmallFile } from './read-small-file.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'small-file-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

it('reads a file, and nothing that waits or grows', () => {
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('text'), 'abc');
  execFileSync('mkfifo', [at('pipe')]);
  expect(readSmallFile(at('text'))).toBe('abc');
  expect(() => readSmallFile(at('text'), 2)).toThrow('more than');
  for (const odd of [at('pipe'), '/dev/zero', folder]) expect(() => readSmallFile(odd)).toThrow('it is no file');
  expect(() => readSmallFile(at('none'))).toThrow('ENOENT');
});
