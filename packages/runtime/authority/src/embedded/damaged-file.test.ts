import { copyFile, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGatewayError, silentLogger, systemClock } from '@fieldwarden/core';
import { lmdbOptions } from '@fieldwarden/storage/lmdb';
import { temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { open as openDatabase } from 'lmdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigAuthority } from '../config-authority.js';
import { ada, noSeal, samplePlant, samplePublish } from '../testing/index.js';
import { jsonBytes } from './authority-file.js';
import { authorityFileName, EmbeddedAuthority } from './embedded-authority.js';
import { encodeRecord, fileFormat } from './records.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 400 : 12;

let original: TemporaryDirectory;
let expected: unknown;

beforeAll(async () => {
  original = await temporaryDirectory('fieldwarden-original-');
  const authority = await openHome(original.path);
  const site = authority.site('lab');
  for (let i = 1; i <= 12; i++) {
    await site.publish(samplePublish({ document: samplePlant({ tags: i * 40 }) }), noSeal);
    await site.saveDraft(`draft ${i}`, { by: ada });
  }
  expected = await contentOf(authority);
  await authority.close();
});

afterAll(() => original[Symbol.asyncDispose]());

/** Steps through the file in a way that is spread over it and the same in every run. */
const positions = (size: number): number[] =>
  Array.from({ length: rounds }, (_, i) => Math.floor(((i * 0.618_034) % 1) * size));

describe('a damaged authority file (§7.2)', { timeout: rounds * 3_000 }, () => {
  it.each([0xff, 0x01])(
    'is refused, or shows exactly what was published, with bits %i of any byte inverted',
    async (mask) => {
      const refused = await outcomes(positions(await sizeOfOriginal()), (path, at) => flip(path, at, mask));
      expect(refused).toBeGreaterThan(0);
    },
  );

  it('is refused, or shows exactly what was published, when one of its two roots is damaged', async () => {
    // Of a meta page: magic, version, map size, page size, entries, root, last page, transaction.
    const fields = [24, 28, 40, 48, 64, 88, 128, 136, 144, 152];
    await outcomes([...fields, ...fields.map((field) => 4_096 + field)], (path, at) => flip(path, at, 0xff));
  });

  it('is refused when it was cut short anywhere', async () => {
    const refused = await outcomes(positions(await sizeOfOriginal()), truncate);
    expect(refused).toBeGreaterThan(rounds / 2);
  });

  it('is refused with its name and the remedy', async () => {
    await using home = await temporaryDirectory('fieldwarden-damaged-');
    await writeFile(fileIn(home.path), 'this is no database');
    await expect(openHome(home.path)).rejects.toMatchObject({
      code: 'AUTHORITY_DAMAGED',
      kind: 'config',
      message: expect.stringMatching(/authority\.mdb is damaged: .*restore the file from a backup/),
    });
  });

  it('is refused, and left as it is, when a newer Fieldwarden has written it', async () => {
    await using home = await temporaryDirectory('fieldwarden-newer-');
    const db = openDatabase({ path: fileIn(home.path), ...lmdbOptions });
    await db.put('format', encodeRecord('format', jsonBytes({ format: fileFormat + 1, sites: [] })));
    await db.close();
    const before = await readFile(fileIn(home.path));
    await expect(openHome(home.path)).rejects.toMatchObject({
      code: 'AUTHORITY_SCHEMA_NEWER',
      message: expect.stringMatching(/authority\.mdb has schema version 2, .*Update this gateway/),
    });
    expect(await readFile(fileIn(home.path))).toEqual(before);
  });

  it('is refused when one record stands in another’s place', async () => {
    await using home = await temporaryDirectory('fieldwarden-damaged-');
    await copyFile(fileIn(original.path), fileIn(home.path));
    const bytes = await readFile(fileIn(home.path));
    const swapped = bytes.toString('latin1').replaceAll('"generation":3,"published', '"generation":9,"published');
    await writeFile(fileIn(home.path), swapped, 'latin1');
    await expect(openHome(home.path)).rejects.toMatchObject({
      message: expect.stringContaining('generation lab 3 is not what was written'),
    });
  });
});

type Damage = (path: string, at: number) => Promise<void>;

/** How many of the copies that were damaged at these positions are refused. */
async function outcomes(at: readonly number[], damage: Damage): Promise<number> {
  const left = [...at];
  const worker = async (refused = 0): Promise<number> => {
    const next = left.pop();
    return next === undefined ? refused : await worker(refused + (await outcome((path) => damage(path, next))));
  };
  const refused = await Promise.all([worker(), worker(), worker()]);
  return refused.reduce((sum, count) => sum + count);
}

/** 1 if the damaged copy is refused, 0 if it opens; then it must say what the original says, and take a publish. */
async function outcome(damage: (path: string) => Promise<void>): Promise<number> {
  await using home = await temporaryDirectory('fieldwarden-damaged-');
  await copyFile(fileIn(original.path), fileIn(home.path));
  await damage(fileIn(home.path));
  const authority = await openHome(home.path).catch(expectRefusal);
  if (authority === undefined) return 1;
  expect(await contentOf(authority)).toEqual(expected);
  await authority.site('lab').publish(samplePublish(), noSeal);
  await authority.close();
  return 0;
}

function expectRefusal(error: unknown): undefined {
  expect(isGatewayError(error) && error.code).toMatch(/AUTHORITY_DAMAGED|AUTHORITY_SCHEMA_NEWER/);
  return undefined;
}

async function contentOf(authority: ConfigAuthority): Promise<unknown> {
  const site = authority.site('lab');
  const generations = await site.generations({ limit: 100 });
  const documents = await Promise.all(generations.map(({ generation }) => site.generation(generation)));
  return {
    generations,
    documents,
    draft: await site.draft(),
    audit: await site.audit(100),
    sites: await authority.sites(),
  };
}

async function flip(path: string, at: number, mask: number): Promise<void> {
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] ^= mask;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

const sizeOfOriginal = async (): Promise<number> => (await stat(fileIn(original.path))).size;

const fileIn = (home: string): string => join(home, authorityFileName);

function openHome(home: string): Promise<EmbeddedAuthority> {
  return EmbeddedAuthority.open({ home, clock: systemClock, logger: silentLogger });
}
