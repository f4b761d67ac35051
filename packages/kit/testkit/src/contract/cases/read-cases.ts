import assert from 'node:assert/strict';
import { isBad, statusName, systemClock } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { CaseSetting, ContractCase } from './contract-case.js';
import { assertGood, plan, readOnce, readRows, type Row } from './exchange.js';
import type { ContractDevice, ReadablePoint } from '../fixture.js';

const reads = ['prepareRead', 'read'] as const;
/** Rounds of reads side by side: enough for answers to overtake each other. */
const rounds = 20;

export const readCases: readonly ContractCase[] = [
  {
    sentence: 'reads every readable point: its value, Good, with a source time',
    uses: reads,
    async run({ session, device }) {
      assertReadable(await readOnce(session, device.deviceId, pointsOf(device.readable)), device.readable);
    },
  },
  {
    sentence: 'holds a known value to compare with',
    uses: reads,
    run({ device }) {
      assert(
        device.readable.some(({ expected }) => expected !== undefined),
        'no readable point has an expected value',
      );
    },
  },
  {
    sentence: 'prepares reads purely: the same points give plans that read the same, and the input stays as it was',
    uses: reads,
    async run({ session, device }) {
      const points = frozen(pointsOf(device.readable));
      const [first, second] = [plan(session, device.deviceId, points), plan(session, device.deviceId, points)];
      for (const made of [first, second, first]) {
        assert.equal(made.deviceId, device.deviceId);
        assert.deepEqual(made.points, points);
        assertReadable(await readRows(session, made), device.readable);
      }
    },
  },
  {
    sentence: 'sets every row, whatever order, repetition or company the points come in',
    uses: reads,
    async run({ session, device }) {
      const { readable } = device;
      const mixed = [...readable].reverse().concat(readable, readable.slice(0, 1));
      assertReadable(await readOnce(session, device.deviceId, pointsOf(mixed)), mixed);
    },
  },
  {
    sentence: 'reads an empty plan',
    uses: reads,
    async run({ session, device }) {
      assert.deepEqual(await readOnce(session, device.deviceId, []), []);
    },
  },
  {
    sentence: 'gives a point that the device does not have a Bad row, and its neighbours stay Good',
    needs: ['missing'],
    uses: reads,
    run: (setting) => assertOneBadRow(setting, setting.device.missing!),
  },
  {
    sentence: 'gives an address that it cannot parse a row with BadConfigurationError, and its neighbours stay Good',
    needs: ['unparsable'],
    uses: reads,
    async run(setting) {
      const bad = await assertOneBadRow(setting, setting.device.unparsable!);
      assert.equal(statusName(bad.status), 'BadConfigurationError');
    },
  },
  {
    sentence: 'reads two plans side by side without mixing their values',
    uses: reads,
    async run({ session, device }) {
      const forwards = device.readable;
      const backwards = [...device.readable].reverse();
      const there = plan(session, device.deviceId, pointsOf(forwards));
      const back = plan(session, device.deviceId, pointsOf(backwards));
      for (let round = 0; round < rounds; round++) {
        const [a, b] = await Promise.all([readRows(session, there), readRows(session, back)]);
        assertReadable(a, forwards);
        assertReadable(b, backwards);
      }
    },
  },
  {
    sentence: 'reads its other plans on when one is released, and prepares the same points anew',
    uses: [...reads, 'releaseRead'],
    async run({ session, device }) {
      const [released, kept] = [device.readable, device.readable].map((points) =>
        plan(session, device.deviceId, pointsOf(points)),
      );
      assertReadable(await readRows(session, released), device.readable);
      assertReadable(await readRows(session, kept), device.readable);
      session.releaseRead!(released);
      assertReadable(await readRows(session, kept), device.readable);
      session.releaseRead!(kept);
      assertReadable(await readOnce(session, device.deviceId, pointsOf(device.readable)), device.readable);
    },
  },
  {
    sentence: 'describes its plan in requests that cover the points',
    uses: [...reads, 'describePlan'],
    async run({ session, device }) {
      const points = pointsOf(device.readable);
      const { requests, estimatedCycleMs } = await session.describePlan!(plan(session, device.deviceId, points));
      assert(Number.isFinite(estimatedCycleMs) && estimatedCycleMs >= 0, `estimated cycle ${estimatedCycleMs} ms`);
      const covered = requests.reduce((sum, request) => sum + request.points, 0);
      assert(covered >= points.length, `the requests cover ${covered} of ${points.length} points`);
      for (const { what, gap, size } of requests) assert(what !== '' && gap >= 0 && gap <= size, `request ${what}`);
    },
  },
];

export function pointsOf(readable: ContractDevice['readable']): Point[] {
  return readable.map(({ point }) => point);
}

export function assertReadable(rows: readonly Row[], readable: readonly ReadablePoint[]): void {
  assert.equal(rows.length, readable.length);
  readable.forEach(({ point, expected }, row) => assertGood(rows[row], point, expected));
}

/** Puts `odd` between the readable points: its row alone is Bad, with a time of this exchange. */
async function assertOneBadRow({ session, device }: CaseSetting, odd: Point): Promise<Row> {
  const { readable } = device;
  const middle = Math.ceil(readable.length / 2);
  const points = pointsOf(readable).toSpliced(middle, 0, odd);
  const startedAtMs = systemClock.wallMs();
  const rows = await readOnce(session, device.deviceId, points);
  assertReadable(rows.toSpliced(middle, 1), readable);
  assert(isBad(rows[middle].status), `status ${statusName(rows[middle].status)} of ${odd.address}`);
  assert(rows[middle].sourceAtMs >= startedAtMs - 1_000, 'the Bad row carries the time at which the failure was seen');
  return rows[middle];
}

function frozen(points: readonly Point[]): readonly Point[] {
  return Object.freeze(points.map((point) => Object.freeze({ ...point, type: Object.freeze({ ...point.type }) })));
}
