import assert from 'node:assert/strict';
import { ValueColumns } from '@fieldwarden/core';
import type { ReadPlan } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import { waitFor } from '../../wait-for.js';
import type { ContractDeviceEntry } from '../fixture.js';
import type { CaseSetting, ContractCase } from './contract-case.js';
import {
  assertGood,
  assertKind,
  patienceOf,
  plan,
  readOnce,
  readRows,
  readUntilItWorks,
  rejectionOf,
  settled,
  shortMs,
  writeOutcomes,
} from './exchange.js';
import { LatestRows } from './latest-rows.js';
import { assertReadable, pointsOf } from './read-cases.js';

const uses = ['setDevices', 'prepareRead', 'read'] as const;

/** For types that say `liveDevices`. */
export const liveDeviceCases: readonly ContractCase[] = [
  {
    sentence: 'has setDevices if its type says that its devices may come and go',
    run({ definition, session }) {
      if (definition.liveDevices) assert.equal(typeof session.setDevices, 'function');
    },
  },
  {
    sentence: 'reads on over the same connection when it is given the devices that it has',
    uses,
    async run(setting) {
      const working = await workingPlan(setting);
      const connections = setting.device.connectionsSeen?.();
      await setDevices(setting, setting.device.devices);
      assertReadable(await readRows(setting.session, working), setting.device.readable);
      assert.equal(setting.device.connectionsSeen?.(), connections, 'connections');
    },
  },
  {
    sentence: 'takes one more device while it reads: the others keep plans and connection, and the new one is read',
    needs: ['spareDevice'],
    uses,
    async run(setting) {
      const { session, device } = setting;
      const working = await workingPlan(setting);
      const connections = device.connectionsSeen?.();
      const underWay = readRows(session, working);
      await setDevices(setting, [...device.devices, device.spareDevice!]);
      assertReadable(await underWay, device.readable);
      assertReadable(await readRows(session, working), device.readable);
      assert.equal(device.connectionsSeen?.(), connections, 'connections');
      assertReadable(await readOnce(session, device.spareDevice!.id, pointsOf(device.readable)), device.readable);
    },
  },
  {
    sentence: 'keeps the subscriptions of the others when a device comes and goes',
    needs: ['spareDevice', 'writable'],
    uses: ['setDevices', 'subscribe', 'write'],
    async run(setting) {
      const { session, device } = setting;
      const [{ point, value }] = device.writable!;
      const sink = new LatestRows(device, [point]);
      await session.subscribe!(device.deviceId, [point], sink, testCall());
      await sink.complete();
      await setDevices(setting, [...device.devices, device.spareDevice!]);
      await setDevices(setting, device.devices);
      await writeOutcomes(session, device.deviceId, [{ point, value }]);
      await waitFor(() => (assertGood(sink.rows[0]!, point, value), true), {
        what: 'the written value',
        timeoutMs: patienceOf(device),
      });
    },
  },
  {
    sentence:
      'cancels the calls under way to a device that goes, refuses later ones as config, and reads the others on',
    needs: ['spareDevice', 'silence', 'unsilence'],
    uses,
    async run(setting) {
      const { session, device } = setting;
      const working = await workingPlan(setting);
      await setDevices(setting, [...device.devices, device.spareDevice!]);
      const going = plan(session, device.spareDevice!.id, pointsOf(device.readable));
      assertReadable(await readRows(session, going), device.readable);
      await device.silence!();
      const [first, second] = [startRead(session, going), startRead(session, going)];
      await setDevices(setting, device.devices);
      assertKind(await rejectionOf(first, shortMs, 'a read under way'), ['cancelled']);
      assertKind(await rejectionOf(second, shortMs, 'a read that waits'), ['cancelled']);
      assertKind(await rejectionOf(startRead(session, going), shortMs, 'a read of a device that is gone'), ['config']);
      await device.unsilence!();
      assertReadable(await readUntilItWorks(setting, working), device.readable);
    },
  },
  {
    sentence: 'takes other options of a device while it runs: what was under way is cancelled, new plans are read',
    needs: ['otherOptions', 'silence', 'unsilence'],
    uses,
    async run(setting) {
      const { session, device } = setting;
      const before = await workingPlan(setting);
      await device.silence!();
      const underWay = startRead(session, before);
      await setDevices(
        setting,
        device.devices.map((entry) =>
          entry.id === device.deviceId ? { id: entry.id, options: device.otherOptions } : entry,
        ),
      );
      assertKind(await rejectionOf(underWay, shortMs, 'a read under way'), ['cancelled']);
      await device.unsilence!();
      const after = plan(session, device.deviceId, pointsOf(device.readable));
      assertReadable(await readUntilItWorks(setting, after), device.readable);
    },
  },
  {
    sentence: 'leaves everything as it was when it refuses devices',
    needs: ['refusedDevices'],
    uses,
    async run(setting) {
      const { session, device } = setting;
      const working = await workingPlan(setting);
      const connections = device.connectionsSeen?.();
      await rejectionOf(setDevices(setting, device.refusedDevices!), patienceOf(device), 'setDevices');
      assertReadable(await readRows(session, working), device.readable);
      assert.equal(device.connectionsSeen?.(), connections, 'connections');
    },
  },
];

/** As the runtime does it: with options that the schema has been over. */
async function setDevices(
  { definition, session, device }: CaseSetting,
  devices: readonly ContractDeviceEntry[],
): Promise<void> {
  const parsed = devices.map(({ id, options }) => ({ id, options: definition.deviceOptions.parse(options) }));
  await settled(session.setDevices!(parsed), patienceOf(device), 'setDevices');
}

async function workingPlan({ session, device }: CaseSetting): Promise<ReadPlan> {
  const working = plan(session, device.deviceId, pointsOf(device.readable));
  assertReadable(await readRows(session, working), device.readable);
  return working;
}

function startRead(session: CaseSetting['session'], readPlan: ReadPlan): Promise<void> {
  // `async`: a throw is a read that failed, too.
  const read = async (): Promise<void> =>
    await session.read!(readPlan, new ValueColumns(readPlan.points.length), testCall({ timeoutMs: 20_000 }));
  const pending = read();
  pending.catch(() => undefined);
  return pending;
}
