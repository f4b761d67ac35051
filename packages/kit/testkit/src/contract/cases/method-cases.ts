import assert from 'node:assert/strict';
import { isGood, statusName } from '@fieldwarden/core';
import { testCall } from '../../test-call.js';
import type { ContractCase } from './contract-case.js';

export const methodCases: readonly ContractCase[] = [
  {
    sentence: 'has a method executed and brings back what it answers',
    needs: ['method'],
    uses: ['callMethod'],
    async run({ session, device }) {
      const { call, outputs } = device.method!;
      const result = await session.callMethod!(device.deviceId, call, testCall());
      assert.deepEqual([result.outcome, isGood(result.status)], ['done', true], result.message);
      if (outputs) assert.deepEqual(result.outputs, outputs);
    },
  },
  {
    sentence: 'refuses a method that the device does not have',
    needs: ['method'],
    uses: ['callMethod'],
    async run({ session, device }) {
      const call = { ...device.method!.call, method: 'noDeviceHasAMethodOfThisName' };
      const { outcome, status, outputs } = await session.callMethod!(device.deviceId, call, testCall());
      assert.deepEqual([outcome, statusName(status), outputs], ['rejected', 'BadMethodInvalid', []]);
    },
  },
];
