import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isGatewayError } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeManifest, parseManifest } from './files/manifest.js';
import { encodePointer } from './files/pointer.js';
import type { SnapshotStore } from './snapshot-store.js';
import { limitMs, rounds } from './testing/effort.js';
import { sampleGeneration } from './testing/sample-generation.js';
import { openStore } from './testing/store-in.js';

const older = sampleGeneration({ generation: 1, flavour: 'older' });
const current = sampleGeneration({ generation: 2, flavour: 'current', tags: 4000 });

const codes: Readonly<Record<string, readonly string[]>> = {
  CURRENT: ['SNAPSHOT_POINTER_DAMAGED'],
  '2.json': ['SNAPSHOT_MANIFEST_DAMAGED'],
  '2.mdb': ['SNAPSHOT_DAMAGED'],
};

/** One thing that happens to the bytes of a file; none of them leaves the file as it was. */
type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'zeros'; readonly at: number; readonly length: number }
  | { readonly kind: 'tail'; readonly length: number };

/** `at` is a share of the file's length. */
const damages: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('flip' as const), at: share(), mask: fc.integer({ min: 1, max: 255 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: share() }) },
  fc.record({ kind: fc.constant('zeros' as const), at: share(), length: fc.integer({ min: 1, max: 8192 }) }),
  fc.record({ kind: fc.constant('tail' as const), length: fc.integer({ min: 1, max: 8192 }) }),
);

function share(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
}

function damaged(bytes: Buffer, damage: Damage): Buffer {
  if (damage.kind === 'tail') return Buffer.concat([bytes, Buffer.alloc(damage.length)]);
  const at = Math.floor(damage.at * bytes.length);
  if (damage.kind === 'cut') return bytes.subarray(0, at);
  const copy = Buffer.from(bytes);
  if (damage.kind === 'flip' && copy.length > 0) copy[at] ^= damage.mask;
  else if (damage.kind === 'zeros') copy.subarray(at, at + damage.length).fill(0);
  return copy;
}

async function sealedHome(home: string): Promise<SnapshotStore> {
  const store = await openStore(home);
  await store.seal(older);
  await store.seal(current);
  await store.activate(2);
  return store;
}

function put(path: string, bytes: Buffer | string): void {
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  chmodSync(path, 0o400);
}

/** A snapshot of other content under a manifest and a pointer that say nothing of it. */
function putForged(directory: string, bytes: Buffer): void {
  const manifest = parseManifest(readFileSync(join(directory, '2.json')), '2.json');
  const forged = encodeManifest({ ...manifest, fileLength: bytes.length, fileSha256: sha256(bytes) });
  put(join(directory, '2.mdb'), bytes);
  put(join(directory, '2.json'), forged);
  put(join(directory, 'CURRENT'), encodePointer({ generation: 2, manifestSha256: sha256(forged) }));
}

describe('damage on disk (§7.3)', () => {
  it.each(Object.keys(codes))(
    'of %s is refused wherever it strikes, and never gives other content',
    async (name) => {
      await using dir = await temporaryDirectory();
      const store = await sealedHome(dir.path);
      const path = join(store.directory, name);
      const whole = readFileSync(path);
      await fc.assert(
        fc.asyncProperty(damages, async (damage) => {
          const bytes = damaged(whole, damage);
          fc.pre(!bytes.equals(whole));
          put(path, bytes);
          const error: unknown = await store.readCurrent().catch((reason: unknown) => reason);
          if (!isGatewayError(error)) throw new Error('it was served');
          expect(codes[name]).toContain(error.code);
          expect(error.kind).toBe('config');
          expect(error.message).toContain(path);
          expect(error.message).toContain(`--generation ${name === 'CURRENT' ? 2 : 1}`);
        }),
        { numRuns: rounds(150) },
      );
      put(path, whole);
      expect(await store.readCurrent()).toEqual(current);
    },
    limitMs(30_000),
  );

  it.each(Object.keys(codes))('that took %s away is refused, unless it is the pointer', async (name) => {
    await using dir = await temporaryDirectory();
    const store = await sealedHome(dir.path);
    rmSync(join(store.directory, name));
    if (name === 'CURRENT') expect(await store.readCurrent()).toBeUndefined();
    else await expect(store.readCurrent()).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
  });

  it('that changed one letter and was covered up with right checksums is refused', async () => {
    await using dir = await temporaryDirectory();
    const store = await sealedHome(dir.path);
    const bytes = readFileSync(join(store.directory, '2.mdb'));
    const at = bytes.indexOf('current signal 5');
    expect(at).toBeGreaterThan(0);
    bytes.write('k', at);
    putForged(store.directory, bytes);
    await expect(store.readCurrent()).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
    expect((await store.verify(2)).generation).toBe(2);
  });

  it(
    'that somebody covered up with right checksums still never gives other content',
    async () => {
      await using dir = await temporaryDirectory();
      const store = await sealedHome(dir.path);
      const whole = readFileSync(join(store.directory, '2.mdb'));
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(damages, { minLength: 1, maxLength: 20 }), async (all) => {
          const bytes = all.reduce(damaged, whole);
          putForged(store.directory, bytes);
          const read: unknown = await store.readCurrent().catch((reason: unknown) => reason);
          if (isGatewayError(read)) refused += 1;
          else expect(read).toEqual(current);
          if (isGatewayError(read)) expect(['SNAPSHOT_DAMAGED', 'SNAPSHOT_MISNAMED']).toContain(read.code);
        }),
        { numRuns: rounds(100) },
      );
      expect(refused).toBeGreaterThan(0);
    },
    limitMs(30_000),
  );
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
