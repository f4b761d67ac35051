import { FakeClock, temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outbox } from './outbox.js';
import type { OutboxState } from './outbox-state.js';
import { messageOn, openOutbox, textOf } from './testing/test-outbox.js';

let home: TemporaryDirectory;

beforeEach(async () => {
  home = await temporaryDirectory('fieldwarden-outbox-');
});

afterEach(() => home[Symbol.asyncDispose]());

const everything = (outbox: Outbox): readonly string[] => textOf(outbox.read(0, 100_000, 1 << 26));

describe('an outbox (§10.2)', () => {
  it('gives back what was appended, in order, with all that belongs to it, before and after it is on disk', async () => {
    await using outbox = await openOutbox(home.path);
    const message = { topic: 'a/b', payload: Buffer.from('one'), qos: 2, retain: false, atMs: 12.5 } as const;
    const sequence = outbox.append(message);
    const second = outbox.append(messageOn('c', 'two'));
    expect(second).toBeGreaterThan(sequence);
    const expected = [{ ...message, sequence }, expect.objectContaining({ sequence: second, qos: 1, retain: true })];
    expect(outbox.read(0, 10, 1_000)).toEqual(expected);
    expect(outbox.state.durableUpTo).toBeLessThan(sequence);
    await outbox.flush();
    expect(outbox.read(0, 10, 1_000)).toEqual(expected);
    expect(outbox.state).toMatchObject({ pending: 2, bytes: 10, durableUpTo: second, oldestAtMs: 12.5, trouble: null });
    expect(outbox.read(sequence, 10, 1_000)).toEqual([expected[1]]);
  });

  it('keeps its own copy of a payload, and gives copies', async () => {
    await using outbox = await openOutbox(home.path);
    const payload = Buffer.from('before');
    outbox.append(messageOn('a', payload));
    payload.write('AFTER!');
    (outbox.read(0, 1, 100)[0].payload as Buffer).write('AFTER!');
    await outbox.flush();
    expect(everything(outbox)).toEqual(['a=before']);
  });

  it('goes on over a restart where it was, with greater sequences', async () => {
    const sequences: number[] = [];
    {
      await using outbox = await openOutbox(home.path);
      for (const topic of ['a', 'b', 'a']) sequences.push(outbox.append(messageOn(topic)));
      await outbox.flush();
      outbox.acknowledge(sequences[0]);
      outbox.drop(sequences[1], 'refused');
    }
    await using outbox = await openOutbox(home.path);
    expect(outbox.state).toMatchObject({ pending: 1, dropped: { refused: 1, disk: 0 }, trouble: null });
    expect(outbox.read(0, 10, 100).map(({ sequence }) => sequence)).toEqual([sequences[2]]);
    expect(outbox.topics(10)).toEqual([
      { topic: 'a', pending: 1, appended: 2, acknowledged: 1, dropped: {} },
      { topic: 'b', pending: 0, appended: 1, acknowledged: 0, dropped: { refused: 1 } },
    ]);
    expect(outbox.append(messageOn('c'))).toBe(sequences[2] + 1);
  });

  it('commits within a tick by itself, and says so', async () => {
    const states: OutboxState[] = [];
    await using outbox = await openOutbox(home.path, { changed: (state) => states.push(state) });
    const sequence = outbox.append(messageOn('a'));
    await waitFor(() => states.some(({ durableUpTo }) => durableUpTo >= sequence), { what: 'the commit' });
  });

  it('suffers nothing from an owner that throws', async () => {
    const owner = { changed: () => expect.fail('owner') };
    await using outbox = await openOutbox(home.path, owner);
    const sequence = outbox.append(messageOn('a'));
    await outbox.flush();
    expect(outbox.state.durableUpTo).toBe(sequence);
  });

  it('commits at once when 1,000 wait', async () => {
    const clock = new FakeClock();
    await using outbox = await openOutbox(home.path, { clock });
    let last = 0;
    for (let i = 0; i < 1_000; i += 1) last = outbox.append(messageOn('a'));
    await waitFor(() => outbox.state.durableUpTo === last, { what: 'the commit' });
    expect(clock.monotonicMs()).toBe(0);
  });

  it('never writes what is acknowledged before its tick, but counts it', async () => {
    {
      await using outbox = await openOutbox(home.path);
      const before = outbox.state.fileBytes;
      for (let i = 0; i < 500; i += 1) {
        const sequence = outbox.append(messageOn('live', Buffer.alloc(20_000)));
        outbox.acknowledge(sequence);
      }
      await outbox.flush();
      expect(outbox.state.fileBytes - before).toBeLessThan(1 << 20);
    }
    await using outbox = await openOutbox(home.path);
    expect(outbox.topics(1)).toEqual([{ topic: 'live', pending: 0, appended: 500, acknowledged: 500, dropped: {} }]);
  });

  it('ignores an answer that comes twice or is of nothing', async () => {
    await using outbox = await openOutbox(home.path);
    const first = outbox.append(messageOn('a'));
    await outbox.flush();
    const second = outbox.append(messageOn('a'));
    for (let i = 0; i < 2; i += 1) {
      for (const sequence of [first, second]) {
        outbox.acknowledge(sequence);
        outbox.drop(sequence, 'refused');
      }
      outbox.acknowledge(second + 1);
      await outbox.flush();
    }
    expect(outbox.topics(1)).toEqual([{ topic: 'a', pending: 0, appended: 2, acknowledged: 2, dropped: {} }]);
    expect(outbox.state.pending).toBe(0);
  });

  it('reads as much as was asked for, and at least one', async () => {
    await using outbox = await openOutbox(home.path);
    for (let i = 0; i < 3; i += 1) outbox.append(messageOn('a', Buffer.alloc(100)));
    await outbox.flush();
    for (let i = 0; i < 3; i += 1) outbox.append(messageOn('a', Buffer.alloc(100)));
    const lengths = [
      [2, 1_000],
      [10, 0],
      [10, 250],
      [10, 450],
      [4, 1_000],
      [10, 1_000],
    ].map(([limit, maxBytes]) => outbox.read(0, limit, maxBytes).length);
    expect(lengths).toEqual([2, 1, 2, 4, 4, 6]);
  });

  it('shows each pending message once, and nothing else, at any moment of a commit', async () => {
    await using outbox = await openOutbox(home.path);
    const pending: number[] = [];
    for (let round = 0, turns = 0; round < 20 || turns < 500; round += 1) {
      for (let i = 0; i < 30; i += 1) pending.push(outbox.append(messageOn(`t${i % 3}`)));
      let isOver = false;
      const flushing = outbox.flush().finally(() => (isOver = true));
      for (; !isOver; turns += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        expect(outbox.read(0, 100_000, 1 << 26).map(({ sequence }) => sequence)).toEqual(pending);
        if (turns % 3 === 0) pending.push(outbox.append(messageOn('meanwhile')));
        for (const at of [turns % 40, 0])
          for (const sequence of pending.splice(at, 1)) {
            outbox.acknowledge(sequence);
            outbox.acknowledge(sequence);
          }
        expect(outbox.state.pending).toBe(pending.length);
      }
      await flushing;
    }
    const counters = outbox.topics(10);
    for (const { appended, acknowledged, pending: left } of counters) expect(appended).toBe(acknowledged + left);
  });

  it('takes messages of up to 4 MiB, and counts what is larger', async () => {
    await using outbox = await openOutbox(home.path);
    const sequence = outbox.append(messageOn('large', Buffer.alloc(4 << 20, 7)));
    expect(outbox.append(messageOn('large', Buffer.alloc((4 << 20) + 1)))).toBe(0);
    await outbox.flush();
    const [large, ...others] = outbox.read(0, 10, 0);
    expect([large.sequence, Buffer.alloc(4 << 20, 7).equals(large.payload), others]).toEqual([sequence, true, []]);
    expect(outbox.topics(1)[0]).toMatchObject({ appended: 2, pending: 1, dropped: { 'too-large': 1 } });
    expect(outbox.state.dropped['too-large']).toBe(1);
  });

  it('knows of each topic whether anything of it is pending', async () => {
    await using outbox = await openOutbox(home.path);
    expect(outbox.hasBacklog('a')).toBe(false);
    const sequence = outbox.append(messageOn('a'));
    expect([outbox.hasBacklog('a'), outbox.hasBacklog('b')]).toEqual([true, false]);
    await outbox.flush();
    outbox.acknowledge(sequence);
    expect(outbox.hasBacklog('a')).toBe(false);
  });

  it('knows every topic over a restart, and forgets one when nothing of it is pending, but not what was dropped', async () => {
    {
      await using outbox = await openOutbox(home.path);
      const [, second] = ['a', 'b', 'c'].map((topic) => outbox.append(messageOn(topic)));
      await outbox.flush();
      outbox.forget('b');
      expect(outbox.topicNames()).toEqual(['a', 'b', 'c']);
      outbox.drop(second, 'refused');
      outbox.forget('b');
      outbox.forget('nobody');
      expect(outbox.topicNames()).toEqual(['a', 'c']);
    }
    await using outbox = await openOutbox(home.path);
    expect(outbox.topicNames()).toEqual(['a', 'c']);
    expect(outbox.state).toMatchObject({ pending: 2, dropped: { refused: 1 }, trouble: null });
    outbox.append(messageOn('b'));
    expect(outbox.topics(10)).toContainEqual(expect.objectContaining({ topic: 'b', appended: 1, pending: 1 }));
  });

  it('keeps two outboxes in one file apart', async () => {
    await using left = await openOutbox(home.path, { name: 'left' });
    {
      await using right = await openOutbox(home.path, { name: 'right' });
      left.append(messageOn('a', 'left'));
      right.append(messageOn('a', 'right'));
      await left.flush();
      expect([everything(left), everything(right)]).toEqual([['a=left'], ['a=right']]);
      expect(await right.purge()).toBe(1);
      expect(left.state.pending).toBe(1);
    }
    await using right = await openOutbox(home.path, { name: 'right' });
    expect([everything(left), everything(right)]).toEqual([['a=left'], []]);
    await expect(openOutbox(home.path, { name: 'right' })).rejects.toMatchObject({ kind: 'bug' });
  });

  it('is empty after a purge, and counts what was purged', async () => {
    await using outbox = await openOutbox(home.path);
    expect(await outbox.purge()).toBe(0);
    for (let i = 0; i < 12_000; i += 1) outbox.append(messageOn(`t${i % 3}`));
    await outbox.flush();
    for (let i = 0; i < 5; i += 1) outbox.append(messageOn('late'));
    const purging = outbox.purge();
    const after = outbox.append(messageOn('after'));
    expect(await purging).toBe(12_005);
    expect(outbox.read(0, 10, 1_000).map(({ sequence }) => sequence)).toEqual([after]);
    expect(outbox.state).toMatchObject({ pending: 1, dropped: { purged: 12_005 } });
    expect(outbox.topics(10).map(({ topic, dropped }) => [topic, dropped.purged])).toEqual([
      ['after', undefined],
      ['t0', 4_000],
      ['t1', 4_000],
      ['t2', 4_000],
      ['late', 5],
    ]);
  });

  it('keeps copies of poison, the newest hundred', async () => {
    let first = 0;
    {
      await using outbox = await openOutbox(home.path);
      for (let i = 0; i < 103; i += 1) {
        const sequence = outbox.append(messageOn('bad', `${i}`));
        if (i === 50) await outbox.flush();
        first ||= sequence;
        outbox.drop(sequence, 'poison');
      }
      await outbox.flush();
      outbox.drop(outbox.append(messageOn('worse')), 'poison');
    }
    await using outbox = await openOutbox(home.path);
    expect(textOf(outbox.quarantined(3))).toEqual(['worse=worse', 'bad=102', 'bad=101']);
    expect(outbox.quarantined(1_000)).toHaveLength(100);
    expect(outbox.quarantined(0)).toHaveLength(0);
    expect(outbox.state.dropped.poison).toBe(104);
    expect(outbox.quarantined(1_000).at(-1)!.sequence).toBe(first + 4);
  });

  it('writes what waits when it is closed in the middle of it', async () => {
    {
      await using outbox = await openOutbox(home.path);
      for (let i = 0; i < 7_000; i += 1) outbox.append(messageOn(`t${i % 7}`));
      void outbox.flush();
      for (let i = 0; i < 10; i += 1) outbox.append(messageOn('last'));
    }
    await using outbox = await openOutbox(home.path);
    expect(outbox.state.pending).toBe(7_010);
    await outbox.close();
    expect(() => outbox.append(messageOn('a'))).toThrow(/closed/);
  });

  it('counts 100,000 topics', { timeout: 60_000 }, async () => {
    await using outbox = await openOutbox(home.path);
    for (let i = 0; i < 100_000; i += 1) outbox.append(messageOn(`site/area/tag-${i}`));
    outbox.append(messageOn('site/area/tag-77777'));
    await outbox.flush();
    expect(outbox.topics(2).map(({ topic, pending }) => [topic, pending])).toEqual([
      ['site/area/tag-77777', 2],
      ['site/area/tag-0', 1],
    ]);
  });
});
