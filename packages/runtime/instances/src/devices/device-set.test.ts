import type { DeviceChange, TagChanges } from '@fieldwarden/config';
import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { failure } from '../testing/lab-driver.js';
import { labDevice, labPlant, labTag } from '../testing/lab-plant.js';
import { ObservedDevices } from '../testing/observed-devices.js';
import { pipelineSettings } from './pipeline-settings.js';

const none: TagChanges = { added: [], removed: [], changed: [] };
const added = (id: string, ...tags: string[]): DeviceChange => ({
  kind: 'add',
  deviceId: id,
  device: labDevice(id, ...tags),
});
const removed = (deviceId: string): DeviceChange => ({ kind: 'remove', deviceId });
const retagged = (deviceId: string, tags: Partial<TagChanges>): DeviceChange => ({
  kind: 'change',
  deviceId,
  device: labDevice(deviceId),
  options: false,
  tags: { ...none, ...tags },
});
const reoptioned = (deviceId: string, options: unknown): DeviceChange => ({
  kind: 'change',
  deviceId,
  device: { ...labDevice(deviceId), options },
  options: true,
  tags: none,
});

/** Both halves of a change, in one tick. */
function apply({ set }: ObservedDevices, changes: readonly DeviceChange[], absent?: number): void {
  set.withdraw(changes);
  set.settle(changes, absent);
}

describe('a device that comes while the driver runs (§7.5)', () => {
  it('is asked as soon as the session has been told of it, and disturbs no other', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    const session = await devices.run();
    apply(devices, [added('d2', 'b')]);
    await devices.clock.advance(1_000);
    expect([devices.shown('a'), devices.lab.count('1 read d2')]).toEqual(['Good 1', 0]);
    devices.set.runIdle(session);
    await devices.clock.advance(0);
    expect([devices.shown('b'), devices.lab.count('1 read d1')]).toEqual(['Good 1', 2]);
    expect(devices.set.list.map(({ id }) => id)).toEqual(['d1', 'd2']);
  });

  it('without a session shows why it has no value', () => {
    const devices = new ObservedDevices();
    apply(devices, [added('d2', 'b')], statusCodes.BadOutOfService);
    expect(devices.shown('b')).toBe('BadOutOfService');
  });
});

describe('a device that goes', () => {
  it('takes its tags with it and is asked no more, while the others go on', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'), labDevice('d2', 'b'));
    await devices.run();
    apply(devices, [removed('d2')]);
    await devices.clock.advance(2_000);
    expect([devices.shown('b'), devices.lab.count('1 read d2'), devices.lab.count('1 read d1')]).toEqual([
      'none',
      1,
      3,
    ]);
  });

  it('leaves no timer behind', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'), labDevice('d2', 'b'));
    devices.lab.failures.set('read d2', failure('timeout'));
    await devices.run();
    await devices.clock.advance(3_000);
    devices.set.dispose();
    expect(devices.clock.pendingTimers).toBe(0);
  });

  it('whose tag another device takes over in the same change leaves the path free for it', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a', 'b'), labDevice('d2', 'c'));
    await devices.run();
    apply(devices, [retagged('d2', { added: [labTag('b', { address: 'B2' })] }), retagged('d1', { removed: ['b'] })]);
    const handle = devices.store.handleOf('b')!;
    expect(devices.store.definition(handle)).toMatchObject({ deviceId: 'd2', address: 'B2' });
    await devices.clock.advance(1_000);
    expect(devices.shown('b')).toBe('Good 1');
    expect(devices.lab.session.plans).toContainEqual(['c=C', 'b=B2']);
  });

  it('that still answers changes nothing that anybody sees', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    const release = devices.lab.hold('read');
    await devices.run();
    apply(devices, [removed('d1')]);
    devices.changed.length = 0;
    release();
    await devices.clock.advance(0);
    expect([devices.changed, devices.shown('a')]).toEqual([[], 'none']);
  });
});

describe('other options of a device', () => {
  it('ask it anew, with tags that wait for their first value under these', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'), labDevice('d2', 'b'));
    const session = await devices.run();
    apply(devices, [reoptioned('d1', { unit: 7 })]);
    expect([devices.shown('a'), devices.shown('b')]).toEqual(['BadWaitingForInitialData', 'Good 1']);
    expect(devices.set.get('d1')?.configured.options).toEqual({ unit: 7 });
    devices.set.runIdle(session);
    await devices.clock.advance(0);
    expect(devices.shown('a')).toBe('Good 1');
  });

  it('forget that the device did not answer under the old ones', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    devices.lab.failures.set('read', failure('unreachable'));
    await devices.run();
    await devices.clock.advance(2_000);
    expect(devices.set.get('d1')?.invoker.demoted).toBe(true);
    apply(devices, [reoptioned('d1', { unit: 7 })]);
    expect(devices.set.get('d1')?.invoker.demoted).toBe(false);
  });
});

describe('a road that closes', () => {
  it('lets the write under way come to its end, and refuses the one behind it as not sent', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    await devices.run();
    const release = devices.lab.hold('write');
    const writes = [devices.write('d1'), devices.write('d1')];
    devices.set.renewAll();
    let isDrained = false;
    const drained = devices.set.drained(10_000).then(() => (isDrained = true));
    await devices.clock.advance(500);
    expect(isDrained).toBe(false);
    release();
    await devices.clock.advance(10);
    await drained;
    expect(await Promise.all(writes)).toEqual(['done', 'not-sent']);
  });

  it('is waited for no longer than it may take', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    await devices.run();
    devices.lab.hold('write');
    void devices.write('d1');
    devices.set.renewAll();
    let isDrained = false;
    void devices.set.drained(200).then(() => (isDrained = true));
    await devices.clock.advance(199);
    expect(isDrained).toBe(false);
    await devices.clock.advance(11);
    expect(isDrained).toBe(true);
  });

  it('is not waited for on account of reads: those may be cut off', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    devices.lab.hold('read');
    await devices.run();
    devices.set.renewAll();
    await devices.set.drained(10_000);
    expect(devices.clock.monotonicMs()).toBe(0);
  });

  it('never lets a call through to the session of the next one', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    await devices.run();
    const { invoker } = devices.set.get('d1')!;
    devices.set.renewAll();
    await devices.run();
    const refused = invoker.probe().catch((error: unknown) => error);
    expect(await refused).toMatchObject({ kind: 'host-lost', writeOutcome: 'not-sent' });
    expect(await devices.write('d1')).toBe('done');
    expect(devices.lab.count('2 probe d1')).toBe(0);
  });

  it('hands on what was counted on it', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    const release = devices.lab.hold('read');
    await devices.run();
    await devices.clock.advance(950);
    release();
    await devices.clock.advance(0);
    devices.set.renewAll();
    expect(devices.set.get('d1')?.invoker.status.lateReplies).toBe(1);
  });
});

describe('settings of the pipelines', () => {
  it('hold from the next call, for devices that are there and for those that come', async () => {
    const devices = new ObservedDevices(labDevice('d1'));
    await devices.run();
    const { resilience } = labPlant();
    devices.set.configure(pipelineSettings({ ...resilience, bulkhead: { concurrent: 1, queued: 0 } }));
    apply(devices, [added('d2')]);
    devices.lab.hold('write');
    const refused = ['d1', 'd2'].map(async (id) => {
      void devices.write(id);
      return await devices.write(id);
    });
    expect(await Promise.all(refused)).toEqual(['not-sent', 'not-sent']);
  });
});
