import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { open } from 'lmdb';
import { expect, it } from 'vitest';
import { emptyLmdbFile } from './empty-lmdb-file.js';

it('an empty LMDB file is what LMDB itself makes of nothing', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'empty.mdb');
  const database = open({
    path,
    noSubdir: true,
    pageSize: 4096,
    mapSize: 2 ** 24,
    noSync: true,
    overlappingSync: false,
  });
  await database.close();
  expect((await readFile(path)).equals(emptyLmdbFile(4096, 2 ** 24))).toBe(true);
});
