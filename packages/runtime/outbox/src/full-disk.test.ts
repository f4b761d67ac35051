import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { meta } from '@fieldwarden/storage/lmdb-layout';
import {
  FakeClock,
  mayMount,
  SmallDisk,
  temporaryDirectory,
  waitFor,
  type TemporaryDirectory,
} from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxWaiting } from './box/waiting-messages.js';
import type { Outbox } from './outbox.js';
import { messageOn, openOutbox } from './testing/test-outbox.js';

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);

let home: TemporaryDirectory;

beforeEach(async () => {
  home = await temporaryDirectory('fieldwarden-disk-');
  unhandled.length = 0;
  process.on('unhandledRejection', noteUnhandled);
});

afterEach(async () => {
  process.off('unhandledRejection', noteUnhandled);
  await home[Symbol.asyncDispose]();
  expect(unhandled).toEqual([]);
});

/** It is not there any more, without a word: what the disk says first comes out of a commit. */
async function cutRoomAhead(path: string): Promise<void> {
  const bytes = await readFile(path);
  const lastPages = [0, 4_096].map((page) => Number(bytes.readBigUInt64LE(page + meta.lastPage)));
  await truncate(path, 4_096 * (Math.max(...lastPages) + 1));
}

const title = 'an outbox on a disk that takes nothing (§10.2)';

async function fill(outbox: Outbox, messages: number): Promise<void> {
  for (let i = 0; i < messages; i += 1) outbox.append(messageOn(`t${i % 3}`, Buffer.alloc(1_000)));
  await outbox.flush();
}

describe(mayMount() ? title : `${title}: needs the right to mount (root)`, { timeout: 60_000 }, () => {
  it.runIf(mayMount())('that is full still sends what it has, and writes new ones when there is room', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '8m');
    {
      await using outbox = await openOutbox(disk.path);
      await fill(outbox, 1_000);
      {
        using _ballast = disk.fill();
        for (let i = 0; i < 2_000; i += 1) outbox.append(messageOn('late', Buffer.alloc(1_000)));
        await expect(outbox.flush()).rejects.toMatchObject({ kind: 'unreachable' });
        expect(outbox.state.trouble).toMatch(/outbox\.mdb cannot grow: the disk is full.*Make room/);
        // The backlog goes out, and is deleted.
        for (let i = 0; i < 10; i += 1) {
          for (const { sequence } of outbox.read(0, 100, 1 << 20)) outbox.acknowledge(sequence);
          await outbox.flush().catch(() => undefined);
        }
        expect(outbox.state).toMatchObject({ pending: 2_000, dropped: { disk: 0 } });
      }
      await waitFor(() => outbox.state.trouble === null, { what: 'the disk to be taken back', timeoutMs: 10_000 });
      await outbox.flush();
    }
    await using outbox = await openOutbox(disk.path);
    expect(outbox.state).toMatchObject({ pending: 2_000, dropped: { disk: 0 }, trouble: null });
    expect(outbox.topics(5).map(({ topic, pending }) => [topic, pending])).toEqual([
      ['late', 2_000],
      ['t0', 0],
      ['t1', 0],
      ['t2', 0],
    ]);
  });

  it.runIf(mayMount())('that is full at the start sends what it has', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '8m');
    {
      await using outbox = await openOutbox(disk.path);
      await fill(outbox, 2_000);
    }
    using _ballast = disk.fill();
    await using outbox = await openOutbox(disk.path);
    expect(outbox.state.pending).toBe(2_000);
    for (let i = 0; i < 20; i += 1) {
      for (const { sequence } of outbox.read(0, 100, 1 << 20)) outbox.acknowledge(sequence);
      await outbox.flush().catch(() => undefined);
    }
    expect(outbox.state).toMatchObject({ pending: 0, dropped: { disk: 0 } });
  });

  it.runIf(mayMount())('counts what finds no room anywhere, and takes as much memory as it says', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '4m');
    await using outbox = await openOutbox(disk.path);
    await outbox.flush();
    using _ballast = disk.fill();
    const payload = Buffer.alloc(1 << 20);
    let refused = 0;
    for (let i = 0; i < 100; i += 1) if (outbox.append(messageOn('a', payload)) === 0) refused += 1;
    expect(100 - refused).toBe(Math.floor(maxWaiting.bytes / ((1 << 20) + 300)));
    await expect(outbox.flush()).rejects.toMatchObject({ kind: 'unreachable' });
    expect(outbox.state.dropped.disk).toBe(refused);
    expect(outbox.topics(1)[0]).toMatchObject({ appended: 100, pending: 100 - refused, dropped: { disk: refused } });
    // What is sent meanwhile makes room.
    for (const { sequence } of outbox.read(0, 10, 1 << 30)) outbox.acknowledge(sequence);
    expect(outbox.append(messageOn('a', payload))).toBeGreaterThan(0);
  });

  it.runIf(mayMount())('that is full at the very first start says so', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '64k');
    {
      using _ballast = disk.fill();
      await expect(openOutbox(disk.path)).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringMatching(/outbox\.mdb cannot be opened: .*ENOSPC/) as string,
      });
    }
    await using outbox = await openOutbox(disk.path);
    expect(outbox.state.pending).toBe(0);
  });

  it.runIf(mayMount())('that breaks a commit goes on in memory, and writes when it works again', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '8m');
    {
      await using outbox = await openOutbox(disk.path);
      await fill(outbox, 100);
      const committed = outbox.read(0, 100, 1 << 20).map(({ sequence }) => sequence);
      {
        await cutRoomAhead(join(disk.path, 'outbox.mdb'));
        using _ballast = disk.fill();
        const [live, kept] = ['live', 'kept'].map((topic) => outbox.append(messageOn(topic, Buffer.alloc(25_000))));
        const flushing = outbox.flush();
        committed.slice(0, 10).forEach((sequence) => outbox.acknowledge(sequence));
        await expect(flushing).rejects.toMatchObject({ kind: 'unreachable' });
        expect(outbox.state.trouble).toMatch(/outbox\.mdb cannot be written: .*No space left/i);
        outbox.acknowledge(live);
        committed.slice(5, 50).forEach((sequence) => outbox.acknowledge(sequence));
        expect(outbox.read(0, 1_000, 1 << 20).map(({ sequence }) => sequence)).toEqual([...committed.slice(50), kept]);
        await expect(outbox.flush()).rejects.toMatchObject({ kind: 'unreachable' });
      }
      await waitFor(() => outbox.state.trouble === null, { what: 'the next attempt', timeoutMs: 10_000 });
      await outbox.flush();
    }
    await using outbox = await openOutbox(disk.path);
    expect(outbox.state).toMatchObject({ pending: 51, dropped: { disk: 0 }, trouble: null });
    expect(outbox.topics(10).map(({ topic, pending, acknowledged }) => [topic, pending, acknowledged])).toEqual([
      ['t0', 17, 17],
      ['t2', 17, 16],
      ['t1', 16, 17],
      ['kept', 1, 0],
      ['live', 0, 1],
    ]);
  });

  it.runIf(mayMount())('that breaks commits holds up a purge, whose memory is bounded', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '64m');
    const clock = new FakeClock();
    await using outbox = await openOutbox(disk.path, { clock });
    const messages = 90_000;
    for (let i = 0; i < messages; i += 1) outbox.append(messageOn('a'));
    await outbox.flush();
    {
      await cutRoomAhead(join(disk.path, 'outbox.mdb'));
      using _ballast = disk.fill();
      await expect(outbox.purge()).rejects.toMatchObject({ kind: 'unreachable' });
      for (let i = 0; i < 12; i += 1) await expect(outbox.flush()).rejects.toMatchObject({ kind: 'unreachable' });
      expect(outbox.state.pending).toBeGreaterThan(messages - 65_536 - 10_001);
    }
    expect(await outbox.purge()).toBeGreaterThan(0);
    expect(outbox.state).toMatchObject({ pending: 0, dropped: { purged: messages } });
  });

  it.runIf(mayMount())('that is read-only at the start says so, and keeps what it has', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '8m');
    {
      await using outbox = await openOutbox(disk.path);
      await fill(outbox, 100);
    }
    disk.remount('ro');
    await expect(openOutbox(disk.path)).rejects.toMatchObject({ kind: 'unreachable' });
    disk.remount('rw');
    await using outbox = await openOutbox(disk.path);
    expect(outbox.state).toMatchObject({ pending: 100, trouble: null });
  });
});
