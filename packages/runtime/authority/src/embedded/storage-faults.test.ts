import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { DiskReserve, reserveFileName } from '@fieldwarden/storage';
import { SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ada, noSeal, samplePlant, samplePublish } from '../testing/index.js';
import { EmbeddedAuthority } from './embedded-authority.js';

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', noteUnhandled);
});

afterEach(() => {
  process.off('unhandledRejection', noteUnhandled);
});

describe('an embedded authority on storage that fails (§7.2; mounts a tmpfs: needs root)', () => {
  it('refuses to publish while the disk is full, keeps what was published, and works again once there is room', async () => {
    await using home = await smallDisk();
    let authority = await openHome(home.path);
    await authority.site('lab').publish(samplePublish({ message: 'kept' }), noSeal);
    home.disk.fill();
    const refusal = {
      code: 'AUTHORITY_UNREACHABLE',
      kind: 'unreachable',
      message: expect.stringMatching(/authority\.mdb.*Make room/),
    };
    const large = samplePlant({ tags: 20_000 });
    await expect(authority.site('lab').publish(samplePublish({ document: large }), noSeal)).rejects.toMatchObject(
      refusal,
    );
    await expect(authority.site('lab').saveDraft(noise(400_000), { by: ada })).rejects.toMatchObject(refusal);
    expect(await authority.site('lab').currentSummary()).toMatchObject({ generation: 1, message: 'kept' });
    await authority.close();

    authority = await openHome(home.path);
    expect(await authority.site('lab').currentSummary()).toMatchObject({ generation: 1, message: 'kept' });
    await rm(join(home.path, 'ballast'));
    expect(await authority.site('lab').publish(samplePublish({ document: large }), noSeal)).toMatchObject({
      generation: 2,
    });
    await authority.close();
    expect(unhandled).toEqual([]);
  });

  it('records what was done also while the disk is full, with the room of the reserve', async () => {
    await using home = await smallDisk();
    const authority = await openHome(home.path);
    await authority.site('lab').publish(samplePublish({ message: 'kept' }), noSeal);
    new DiskReserve(join(home.path, reserveFileName), 512 << 10).hold();
    home.disk.fill();
    const rows = 20;
    const refused = { action: 'refused', author: 'ada', via: 'cli', generation: null, correlationId: 'c' } as const;
    for (let i = 0; i < rows; i += 1)
      await authority.site('lab').recordAudit({ ...refused, message: `${i} ${'x'.repeat(5_000)}` });
    expect(await authority.site('lab').audit(100)).toHaveLength(rows + 1);
    await authority.close();
    expect(unhandled).toEqual([]);
  });

  it('does not start on a full disk, and says so', async () => {
    await using home = await smallDisk();
    home.disk.fill();
    await expect(openHome(home.path)).rejects.toMatchObject({
      code: 'AUTHORITY_UNREACHABLE',
      message: expect.stringMatching(/authority\.mdb.*Make room/),
    });
    await rm(join(home.path, 'ballast'));
    await (await openHome(home.path)).close();
    expect(unhandled).toEqual([]);
  });

  it('starts with what was published, however little room is left', async () => {
    await using home = await smallDisk();
    let authority = await openHome(home.path);
    await authority.site('lab').publish(samplePublish({ document: samplePlant({ tags: 5_000 }) }), noSeal);
    await authority.close();
    for (const pages of [1, 5, 10, 20]) {
      using _ballast = home.disk.fill(pages * 4_096);
      authority = await openHome(home.path);
      expect(await authority.site('lab').currentSummary()).toMatchObject({ generation: 1 });
      await authority.close();
    }
  });

  it('says that a read-only home is not writable', async () => {
    await using home = await smallDisk();
    await (await openHome(home.path)).close();
    home.disk.remount('ro');
    await expect(openHome(home.path)).rejects.toMatchObject({
      code: 'AUTHORITY_UNREACHABLE',
      message: expect.stringMatching(/cannot write .*authority\.mdb.*read-only.*home directory is writable/),
    });
  });

  it('sweeps what a killed check has left, and leaves nothing else behind', async () => {
    await using home = await temporaryDirectory('fieldwarden-sweep-');
    await (await openHome(home.path)).close();
    await writeFile(join(home.path, 'authority.mdb.proving-4711'), 'left');
    await (await openHome(home.path)).close();
    expect((await readdir(home.path)).sort()).toEqual(['authority.mdb', 'authority.mdb-lock']);
  });
});

/** A file system of 1 MiB, unmounted when disposed. */
async function smallDisk(): Promise<AsyncDisposable & { disk: SmallDisk; path: string }> {
  const directory = await temporaryDirectory('fieldwarden-disk-');
  const disk = new SmallDisk(directory.path, '1m');
  return {
    disk,
    path: directory.path,
    [Symbol.asyncDispose]: async () => {
      disk[Symbol.dispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Text that compression makes little of. */
function noise(length: number): string {
  let seed = 1;
  const next = (): string => ((seed = (seed * 48_271) % 2_147_483_647) % 36).toString(36);
  return Array.from({ length }, next).join('');
}

function openHome(home: string): Promise<EmbeddedAuthority> {
  return EmbeddedAuthority.open({ home, clock: systemClock, logger: silentLogger });
}
