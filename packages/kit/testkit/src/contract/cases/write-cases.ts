import assert from 'node:assert/strict';
import { isGood } from '@fieldwarden/core';
import type { ContractCase } from './contract-case.js';
import { assertGood, readOnce, writeOutcomes } from './exchange.js';

const writesAndReads = ['write', 'prepareRead', 'read'] as const;

export const writeCases: readonly ContractCase[] = [
  {
    sentence: 'writes each writable point: done, and the value reads back',
    needs: ['writable'],
    uses: writesAndReads,
    async run({ session, device }) {
      for (const { point, value } of device.writable!) {
        const [before] = await readOnce(session, device.deviceId, [point]);
        assert.notDeepEqual(before.value, value, `${point.address} already holds the value to be written`);
        const [{ outcome }] = await writeOutcomes(session, device.deviceId, [{ point, value }]);
        assert.equal(outcome, 'done', `write to ${point.address}`);
        const [after] = await readOnce(session, device.deviceId, [point]);
        assertGood(after, point, value);
      }
    },
  },
  {
    sentence: 'writes several items in one call, with one result each',
    needs: ['writable'],
    uses: writesAndReads,
    async run({ session, device }) {
      const items = device.writable!;
      const outcomes = await writeOutcomes(session, device.deviceId, items);
      for (const { outcome } of outcomes) assert.equal(outcome, 'done');
      const rows = await readOnce(
        session,
        device.deviceId,
        items.map(({ point }) => point),
      );
      items.forEach(({ point, value }, row) => assertGood(rows[row], point, value));
    },
  },
  {
    sentence: 'sends each write to the device exactly once',
    needs: ['writable', 'writesSeen'],
    uses: ['write'],
    async run({ session, device }) {
      for (const item of device.writable!) {
        const before = device.writesSeen!();
        await writeOutcomes(session, device.deviceId, [item]);
        assert.equal(device.writesSeen!() - before, 1, `writes of ${item.point.address} seen by the device`);
      }
    },
  },
  {
    sentence: 'reports a write that the device refuses as rejected, and nothing changes',
    needs: ['rejected'],
    uses: writesAndReads,
    async run({ session, device }) {
      const { point } = device.rejected!;
      const [before] = await readOnce(session, device.deviceId, [point]);
      const [{ outcome }] = await writeOutcomes(session, device.deviceId, [device.rejected!]);
      assert.equal(outcome, 'rejected');
      const [after] = await readOnce(session, device.deviceId, [point]);
      assert.equal(isGood(after.status), isGood(before.status), 'status before and after');
      assert.deepEqual(after.value, before.value, 'value before and after');
    },
  },
  {
    sentence: 'takes a refused item in a call of several for what it is: the others are done',
    needs: ['rejected', 'writable'],
    uses: writesAndReads,
    async run({ session, device }) {
      const [good] = device.writable!;
      const outcomes = await writeOutcomes(session, device.deviceId, [device.rejected!, good]);
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['rejected', 'done'],
      );
      const [row] = await readOnce(session, device.deviceId, [good.point]);
      assertGood(row, good.point, good.value);
    },
  },
];
