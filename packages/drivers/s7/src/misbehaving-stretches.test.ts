import { delay, isGatewayError, isGood, statusName, systemClock, ValueColumns } from '@fieldwarden/core';
import type { Point, ReadPlan } from '@fieldwarden/driver';
import type { S7SimKnobs, S7SimMisbehaviour, S7SimSpot } from '@fieldwarden/sim-plc';
import { testCall, waitFor } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openRig, point, type TestRig } from './testing/test-rig.js';

const effort = process.env.FIELDWARDEN_LONG === '1' ? 10 : 1;
const timeoutMs = 250;

/** Words of DB1 whose value is their own address, and one more data block far from it. */
function dbs(): Record<number, Buffer> {
  const db = Buffer.alloc(2_000);
  for (let at = 0; at < db.length; at += 2) db.writeInt16BE(at, at);
  return { 1: db, 2: Buffer.from(db) };
}

function wordAt(start: number, db = 1): Point {
  return point(`DB${db}.DBW${start}`, 'int16');
}

/** One plan, scanned again and again. */
class Scanner {
  readonly rig: TestRig;
  readonly points: readonly Point[];
  readonly plan: ReadPlan;
  failuresInARow = 0;
  mostFailuresInARow = 0;

  constructor(rig: TestRig, points: readonly Point[]) {
    this.rig = rig;
    this.points = points;
    this.plan = rig.session.prepareRead!('cpu', points);
  }

  /** Per point its status; undefined when the scan failed. A Good value that is not that of its address fails the test. */
  async scan(): Promise<readonly string[] | undefined> {
    const into = new ValueColumns(this.points.length);
    into.statuses.fill(0xdead_beef);
    try {
      await this.rig.session.read!(this.plan, into, testCall({ timeoutMs: 10_000 }));
    } catch (error) {
      if (!isGatewayError(error) || error.kind === 'bug') throw error;
      this.mostFailuresInARow = Math.max(this.mostFailuresInARow, ++this.failuresInARow);
      return undefined;
    }
    this.failuresInARow = 0;
    this.points.forEach(({ address }, row) => {
      if (isGood(into.statuses[row])) expect(`DB1.DBW${into.values[row]}`).toBe(address.replace('DB2', 'DB1'));
    });
    return [...into.statuses].map((status) => statusName(status));
  }

  async scanUntil(isRight: (statuses: readonly string[]) => boolean, what: string): Promise<void> {
    const isDone = (statuses: readonly string[] | undefined): boolean => statuses !== undefined && isRight(statuses);
    await waitFor(async () => isDone(await this.scan()), { what, timeoutMs: 60_000, intervalMs: 60 });
  }
}

const kinds: readonly (readonly [S7SimMisbehaviour, status: string])[] = [
  ['silence', 'BadTimeout'],
  ['hang-up', 'BadNoCommunication'],
  ['reset', 'BadNoCommunication'],
  ['garbage', 'BadCommunicationError'],
  ['short', 'BadCommunicationError'],
  [{ jobError: 0x8104 }, 'BadDeviceFailure'],
  [{ jobError: 0x8500 }, 'BadCommunicationError'],
  [{ jobError: 0x8304 }, 'BadResourceUnavailable'],
  [{ jobError: 0xd209 }, 'BadDeviceFailure'],
];

describe('one word that a CPU does not answer (§5.1)', () => {
  const start = 8;
  const spotted = (does: S7SimMisbehaviour): Partial<S7SimKnobs> => ({
    spots: [{ db: 1, start, byteLength: 2, does }],
  });

  test.each(kinds)('costs only its own tag, in one block with its neighbours: %j', async (does, status) => {
    await using rig = await openRig({ dbs: dbs(), knobs: spotted(does) }, { timeoutMs });
    const words = Array.from({ length: 8 }, (_, i) => wordAt(2 * i));
    const scanner = new Scanner(rig, [...words, wordAt(0, 2)]);
    const expected = scanner.points.map((_, row) => (row === 4 ? status : 'Good'));
    await scanner.scanUntil((statuses) => statuses.join() === expected.join(), 'all but one to be Good');
    expect(scanner.mostFailuresInARow).toBeLessThan(5);
    const before = rig.plc.counters.misbehaved;
    for (let scan = 0; scan < 10; scan++) expect(await scanner.scan()).toEqual(expected);
    expect(rig.plc.counters.misbehaved - before).toBeLessThan(3);
    const { avoided } = await rig.session.describePlan!(scanner.plan);
    expect(avoided).toEqual([
      {
        what: 'DB1.DBB8..9',
        points: 1,
        reason: expect.stringContaining('the C') as string,
        retestInMs: expect.any(Number) as number,
      },
    ]);
    expect(rig.logger.messages('warn').filter((message) => message.startsWith('DB1.DBB8..9: '))).toHaveLength(1);
  });

  test('is read like the rest again once the CPU answers', async () => {
    await using rig = await openRig({ dbs: dbs(), knobs: spotted({ jobError: 0xd209 }) });
    const scanner = new Scanner(rig, [wordAt(0), wordAt(start), wordAt(16)]);
    await scanner.scanUntil(
      (statuses) => statuses.join() === 'Good,BadDeviceFailure,Good',
      'the two others to be Good',
    );
    rig.plc.knobs.spots = [];
    await scanner.scanUntil((statuses) => statuses.every((status) => status === 'Good'), 'all three to be Good');
    expect((await rig.session.describePlan!(scanner.plan)).avoided).toBeUndefined();
  });

  test('in a gap, where nobody asked for it, is read around', async () => {
    await using rig = await openRig({ dbs: dbs(), knobs: spotted('hang-up') });
    const scanner = new Scanner(rig, [wordAt(0), wordAt(2), wordAt(12), wordAt(14)]);
    await scanner.scanUntil((statuses) => statuses.every((status) => status === 'Good'), 'all to be Good');
    const { connections } = rig.plc.counters;
    for (let scan = 0; scan < 10; scan++) expect(new Set(await scanner.scan())).toEqual(new Set(['Good']));
    expect(rig.plc.counters.connections).toBe(connections);
  });
});

test.each(kinds)('jobs that are too long are made shorter: %j', async (does) => {
  await using rig = await openRig({ dbs: dbs(), knobs: { jobLimit: { bytes: 20, does } } }, { timeoutMs });
  const scanner = new Scanner(
    rig,
    Array.from({ length: 20 }, (_, i) => wordAt(40 * i)),
  );
  await scanner.scanUntil((statuses) => statuses.every((status) => status === 'Good'), 'all to be Good');
  const before = rig.plc.counters.misbehaved;
  for (let scan = 0; scan < 5; scan++) expect(new Set(await scanner.scan())).toEqual(new Set(['Good']));
  expect(rig.plc.counters.misbehaved).toBe(before);
});

test('a CPU that closes the connection after each answer is read all the same', async () => {
  await using rig = await openRig({ dbs: dbs(), maxPdu: 112, knobs: { hangUpAfterReply: true } });
  const scanner = new Scanner(
    rig,
    Array.from({ length: 200 }, (_, i) => wordAt(2 * i)),
  );
  await scanner.scanUntil((statuses) => statuses.every((status) => status === 'Good'), 'all to be Good');
  for (let scan = 0; scan < 3; scan++) expect(new Set(await scanner.scan())).toEqual(new Set(['Good']));
  expect(rig.plc.counters.maxOpenConnections).toBe(1);
});

test('a CPU that is gone costs one time-out for each attempt, and teaches nothing', async () => {
  await using rig = await openRig({ dbs: dbs() }, { timeoutMs: 100 });
  const scanner = new Scanner(rig, [wordAt(0), wordAt(100), wordAt(0, 2)]);
  await scanner.scanUntil((statuses) => statuses.every((status) => status === 'Good'), 'all to be Good');
  rig.plc.knobs.silent = true;
  for (let scan = 0; scan < 5; scan++) expect(await scanner.scan()).toBeUndefined();
  rig.plc.knobs.silent = false;
  await scanner.scanUntil((statuses) => statuses.every((status) => status === 'Good'), 'all to be Good again');
  expect((await rig.session.describePlan!(scanner.plan)).avoided).toBeUndefined();
});

const quickKinds = kinds.map(([does]) => does).filter((does) => does !== 'silence');
const spotsOf: fc.Arbitrary<S7SimSpot[]> = fc.array(
  fc.record({
    db: fc.constantFrom(1, 2),
    start: fc.nat(120),
    byteLength: fc.integer({ min: 1, max: 4 }),
    does: fc.constantFrom(...quickKinds),
  }),
  { minLength: 1, maxLength: 3 },
);
const wordsOf = fc.uniqueArray(fc.record({ db: fc.constantFrom(1, 2), start: fc.nat(100) }), {
  minLength: 8,
  maxLength: 40,
  selector: ({ db, start }) => `${db} ${start}`,
});

test('any tags of a CPU with any misbehaving stretches are read but for those that lie there (§5.1)', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(wordsOf, spotsOf, async (words, spots) => {
      const data = Buffer.alloc(400);
      await using rig = await openRig({ dbs: { 1: data, 2: data }, knobs: { spots } }, { timeoutMs: 2_000 });
      const isSound = words.map(({ db, start }) => !spots.some((spot) => spot.db === db && start < spot.start + spot.byteLength && spot.start < start + 2)); // prettier-ignore
      fc.pre(isSound.filter(Boolean).length >= 4);
      const plan = rig.session.prepareRead!('cpu', words.map(({ db, start }) => wordAt(start, db)));
      let failuresInARow = 0;
      let isRight = false;
      for (let scan = 0; scan < 100 && !isRight; scan++) {
        const into = new ValueColumns(words.length);
        into.statuses.fill(0xdead_beef);
        const isRead = await rig.session.read!(plan, into, testCall({ timeoutMs: 10_000 })).then(() => true, () => false);
        failuresInARow = isRead ? 0 : failuresInARow + 1;
        expect(failuresInARow).toBeLessThan(5);
        if (!isRead) await delay(systemClock, 60);
        isRight = isRead && isSound.every((sound, row) => !sound || isGood(into.statuses[row]));
      }
      expect(isRight).toBe(true);
    }),
    { numRuns: 12 * effort },
  );
}); // prettier-ignore
