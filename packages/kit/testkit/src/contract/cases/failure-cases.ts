import assert from 'node:assert/strict';
import { isBad, isGood, statusName, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, ReadPlan } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import { waitFor } from '../../wait-for.js';
import type { CaseSetting, ContractCase } from './contract-case.js';
import {
  asStableError,
  assertKind,
  patienceOf,
  plan,
  readRows,
  readUntilItWorks,
  rejectionOf,
  settled,
  shortMs,
  writeOutcomes,
  type Row,
} from './exchange.js';
import { assertReadable, pointsOf } from './read-cases.js';

const reads = ['prepareRead', 'read'] as const;
const silence = ['silence', 'unsilence'] as const;
const absence = ['vanish', 'comeBack'] as const;

export const failureCases: readonly ContractCase[] = [
  {
    sentence: 'ends a read of a silent device by its deadline, as timeout or unreachable',
    needs: silence,
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await device.silence!();
      assertKind(await failingRead(session, readPlan), ['timeout', 'unreachable']);
      assertKind(await failingRead(session, readPlan), ['timeout', 'unreachable']);
    },
  },
  {
    sentence: 'never calls a write to a silent device done or rejected',
    needs: [...silence, 'writable'],
    uses: [...reads, 'write'],
    async run({ session, device }) {
      await workingPlan({ session, device });
      await device.silence!();
      const [{ outcome }] = await writeOutcomes(session, device.deviceId, device.writable!.slice(0, 1), shortMs);
      assert(['unknown', 'not-sent'].includes(outcome), `outcome ${outcome}`);
    },
  },
  {
    sentence: 'does not repeat a write that a silent device left unanswered',
    needs: [...silence, 'writable', 'writesSeen'],
    uses: [...reads, 'write'],
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      const before = device.writesSeen!();
      await device.silence!();
      await writeOutcomes(session, device.deviceId, device.writable!.slice(0, 1), shortMs);
      await device.unsilence!();
      await readUntilItWorks({ session, device }, readPlan);
      assert(device.writesSeen!() - before <= 1, `the device saw it ${device.writesSeen!() - before} times`);
    },
  },
  {
    sentence: 'reads on, with the right values, once a silent device answers again',
    needs: silence,
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await device.silence!();
      await failingRead(session, readPlan);
      await device.unsilence!();
      assertReadable(await readUntilItWorks({ session, device }, readPlan), device.readable);
    },
  },
  {
    sentence:
      'reads the neighbours of a point that the device does not answer: its row alone is Bad, soon and from then on',
    needs: ['ignoreFirst'],
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await device.ignoreFirst!();
      await waitFor(async () => isBadAlone(await readRows(session, readPlan)), {
        what: 'a read in which only the ignored point is Bad',
        timeoutMs: patienceOf(device),
        intervalMs: 50,
      });
      for (let round = 0; round < 5; round++) {
        const [ignored, ...others] = await readRows(session, readPlan);
        assert(isBad(ignored.status), `status ${statusName(ignored.status)} of the ignored point`);
        assertReadable(others, device.readable.slice(1));
      }
    },
  },
  {
    sentence: 'finds a silent device dead and an answering one alive, when probed',
    needs: silence,
    uses: ['probe'],
    async run({ session, device }) {
      await settled(session.probe!(device.deviceId, testCall({ timeoutMs: 5_000 })), 5_000, 'probe');
      await device.silence!();
      const call = testCall({ timeoutMs: shortMs });
      assertKind(await rejectionOf(session.probe!(device.deviceId, call), shortMs, 'probe'), [
        'timeout',
        'unreachable',
      ]);
    },
  },
  {
    sentence: 'ends a read of a device that is gone as unreachable or timeout',
    needs: absence,
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await device.vanish!();
      assertKind(await failingRead(session, readPlan), ['timeout', 'unreachable']);
      assertKind(await failingRead(session, readPlan), ['timeout', 'unreachable']);
    },
  },
  {
    sentence: 'reads on, by itself, once the device is back',
    needs: absence,
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await device.vanish!();
      await failingRead(session, readPlan);
      await device.comeBack!();
      assertReadable(await readUntilItWorks({ session, device }, readPlan), device.readable);
    },
  },
  {
    sentence: 'opens although the device is absent, and reads once it is there',
    needs: absence,
    uses: reads,
    before: (device) => device.vanish!(),
    async run({ session, device }) {
      const readPlan = plan(session, device.deviceId, pointsOf(device.readable));
      assertKind(await failingRead(session, readPlan), ['timeout', 'unreachable']);
      await device.comeBack!();
      assertReadable(await readUntilItWorks({ session, device }, readPlan), device.readable);
    },
  },
  {
    sentence: 'never calls a write to an absent device done or rejected',
    needs: [...absence, 'writable'],
    uses: ['write'],
    before: (device) => device.vanish!(),
    async run({ session, device }) {
      const [{ outcome }] = await writeOutcomes(session, device.deviceId, device.writable!.slice(0, 1), shortMs);
      assert(['unknown', 'not-sent'].includes(outcome), `outcome ${outcome}`);
    },
  },
];

export const closeCases: readonly ContractCase[] = [
  {
    sentence: 'settles pending calls when it is closed',
    uses: reads,
    async run({ session, device }) {
      const readPlan = plan(session, device.deviceId, pointsOf(device.readable));
      const pending = startRead(session, readPlan);
      await settled(session.close(), patienceOf(device), 'close');
      const result = await settled(Promise.allSettled([pending]), shortMs, 'the pending read');
      if (result[0].status === 'rejected') asStableError(result[0].reason);
    },
  },
  {
    sentence: 'rejects calls that wait for a silent device when it is closed',
    needs: silence,
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await device.silence!();
      const pending = startRead(session, readPlan);
      await settled(session.close(), patienceOf(device), 'close');
      await rejectionOf(pending, 0, 'the pending read');
    },
  },
  {
    sentence: 'rejects calls after it was closed',
    uses: reads,
    async run({ session, device }) {
      const readPlan = await workingPlan({ session, device });
      await settled(session.close(), patienceOf(device), 'close');
      await failingRead(session, readPlan);
      await failingRead(session, readPlan);
    },
  },
];

function isBadAlone([first, ...others]: readonly Row[]): boolean {
  return isBad(first.status) && others.every(({ status }) => isGood(status));
}

/** A plan that has just been read: the connection stands. */
async function workingPlan({ session, device }: Pick<CaseSetting, 'session' | 'device'>): Promise<ReadPlan> {
  const readPlan = plan(session, device.deviceId, pointsOf(device.readable));
  assertReadable(await readRows(session, readPlan), device.readable);
  return readPlan;
}

function startRead(session: DriverSession, readPlan: ReadPlan): Promise<void> {
  const pending = session.read!(readPlan, new ValueColumns(readPlan.points.length), testCall({ timeoutMs: 20_000 }));
  pending.catch(() => undefined);
  return pending;
}

function failingRead(session: DriverSession, readPlan: ReadPlan): ReturnType<typeof rejectionOf> {
  const into = new ValueColumns(readPlan.points.length);
  return rejectionOf(session.read!(readPlan, into, testCall({ timeoutMs: shortMs })), shortMs, 'read');
}
