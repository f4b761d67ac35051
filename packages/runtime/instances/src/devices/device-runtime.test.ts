import type { ChangedTag, TagChanges } from '@fieldwarden/config';
import { statusCodes } from '@fieldwarden/core';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { failure } from '../testing/lab-driver.js';
import { labDevice, labTag } from '../testing/lab-plant.js';
import { ObservedDevices } from '../testing/observed-devices.js';
import type { DeviceRuntime } from './device-runtime.js';

const none: TagChanges = { added: [], removed: [], changed: [] };

function elsewhere(next: PlantTag): ChangedTag {
  return { next, newPlan: true, valueStale: true, newNode: false };
}

/** Both halves of a change of tags, in one tick. */
function change(device: DeviceRuntime, changes: Partial<TagChanges>, absent?: number): void {
  device.withdraw({ ...none, ...changes });
  device.settle({ ...none, ...changes }, absent);
}

function deviceOf(devices: ObservedDevices): DeviceRuntime {
  return devices.set.list[0];
}

describe('a device that does not answer', () => {
  it('achieves no interval, and its tags are not Bad for themselves (§5.8, §18)', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a', 'b'));
    await devices.run();
    const device = deviceOf(devices);
    await devices.clock.advance(3_000);
    expect([device.statistics[0].achievedMs, device.standingBad]).toEqual([1_000, { bad: 0, neverGood: 0 }]);
    devices.store.fail(device.handles.subarray(0, 1), statusCodes.BadNodeIdUnknown, 0);
    expect(device.standingBad).toEqual({ bad: 1, neverGood: 0 });
    devices.lab.failures.set('read', failure('unreachable'));
    await devices.clock.advance(1_000);
    expect(device.invoker.status.state).toBe('unreachable');
    expect([device.statistics[0].achievedMs, device.standingBad]).toEqual([undefined, { bad: 0, neverGood: 0 }]);
    expect(device.invoker.status.reachedForMs).toBeLessThanOrEqual(1_000);
    devices.lab.failures.clear();
    await devices.clock.advance(1_000);
    expect([device.invoker.status.state, device.statistics[0].achievedMs]).toEqual(['connected', undefined]);
    await devices.clock.advance(3_000);
    expect(device.invoker.status.reachedForMs).toBeGreaterThanOrEqual(3_000);
    expect([device.invoker.status.state, device.statistics[0].achievedMs]).toEqual(['connected', 1_000]);
  });
});

describe('scan classes (§8.2)', () => {
  it('follow a tag that comes: its own interval gets a new plan, every other keeps its own and misses nothing', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'fast', labTag('slow', { scanMs: 5_000 })));
    await devices.run();
    const { plans } = devices.lab.session;
    expect(plans).toEqual([['fast=FAST'], ['slow=SLOW']]);
    await devices.clock.advance(1_500);
    change(deviceOf(devices), { added: [labTag('new')] });
    expect(plans.slice(2)).toEqual([['fast=FAST', 'new=NEW']]);
    expect(devices.shown('new')).toBe('BadWaitingForInitialData');
    await devices.clock.advance(500);
    expect([devices.shown('new'), devices.shown('slow')]).toEqual(['Good 1', 'Good 1']);
    expect(deviceOf(devices).statistics).toMatchObject([
      { requestedMs: 1_000, achievedMs: 1_000, overruns: 0, tags: 2 },
      { requestedMs: 5_000, tags: 1 },
    ]);
  });

  it('follow a tag that goes: the last of an interval ends its scans', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a', labTag('b', { scanMs: 5_000 })));
    await devices.run();
    change(deviceOf(devices), { removed: ['b'] });
    await devices.clock.advance(20_000);
    expect([devices.shown('b'), devices.lab.session.plans.length]).toEqual(['none', 2]);
    expect(deviceOf(devices).statistics.map(({ requestedMs }) => requestedMs)).toEqual([1_000]);
  });

  it('follow a tag to another address: it waits for its value from there, and keeps its handle', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a', 'b'));
    await devices.run();
    const handle = devices.store.handleOf('a');
    const release = devices.lab.hold('read');
    await devices.clock.advance(1_000);
    change(deviceOf(devices), { changed: [elsewhere(labTag('a', { address: 'A9' }))] });
    expect([devices.shown('a'), devices.shown('b')]).toEqual(['BadWaitingForInitialData', 'Good 1']);
    release();
    await devices.clock.advance(0);
    expect(devices.shown('a')).toBe('BadWaitingForInitialData'); // what came was read from the old address
    await devices.clock.advance(1_000);
    expect([devices.shown('a'), devices.store.handleOf('a')]).toEqual(['Good 1', handle]);
    expect(devices.lab.session.plans.at(-1)).toEqual(['a=A9', 'b=B']);
  });

  it('begin with the first tag of a device that had none', async () => {
    const devices = new ObservedDevices(labDevice('d1'));
    await devices.run();
    change(deviceOf(devices), { added: [labTag('a')] });
    await devices.clock.advance(0);
    expect(devices.shown('a')).toBe('Good 1');
  });
});

describe('tags that change while there is no session', () => {
  it('show why they have no value, and are read soon once there is one again, however slow they are', async () => {
    const devices = new ObservedDevices(labDevice('d1', labTag('a', { scanMs: 3_600_000 })));
    await devices.run();
    devices.slot.current = undefined;
    change(deviceOf(devices), { added: [labTag('b', { scanMs: 3_600_000 })] }, statusCodes.BadOutOfService);
    expect([devices.shown('a'), devices.shown('b')]).toEqual(['Good 1', 'BadOutOfService']);
    await devices.clock.advance(60_000);
    await devices.run();
    expect([devices.shown('a'), devices.shown('b')]).toEqual(['Good 2', 'Good 2']);
  });
});

describe('a session that moves', () => {
  it('is followed in the same rhythm: no scan is lost, none is made twice', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    await devices.run();
    await devices.clock.advance(2_300);
    devices.set.pause();
    await devices.clock.advance(400);
    expect(devices.shown('a')).toBe('Good 1');
    await devices.run();
    expect(devices.lab.count('2 read d1')).toBe(0);
    await devices.clock.advance(300);
    expect([devices.lab.count('2 read d1'), devices.shown('a')]).toEqual([1, 'Good 2']);
  });

  it('makes up at once for the scan that came due meanwhile', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    await devices.run();
    await devices.clock.advance(500);
    devices.set.pause();
    await devices.clock.advance(700);
    await devices.run();
    expect(devices.lab.calls).toEqual(['1 read d1', '2 read d1']);
    await devices.clock.advance(799);
    expect(devices.lab.count('2 read d1')).toBe(1);
    await devices.clock.advance(1);
    expect(devices.lab.count('2 read d1')).toBe(2);
  });

  it('is told of once, though its ready comes again: that only asks for values', async () => {
    const devices = new ObservedDevices(labDevice('d1', 'a'));
    const session = await devices.run();
    devices.set.run(session);
    await devices.clock.advance(0);
    expect([devices.lab.session.plans.length, devices.lab.count('1 read d1')]).toEqual([1, 2]);
  });
});

describe('a device that reports changes by itself (§3.2)', () => {
  function subscribed(): ObservedDevices {
    const devices = new ObservedDevices(labDevice('d1', 'a', 'b'));
    devices.lab.members = ['subscribe', 'unsubscribe'];
    return devices;
  }
  const paths = (devices: ObservedDevices): string[][] =>
    [...devices.lab.session.sinks.values()].map(({ points }) => points.map(({ path }) => path));

  it('is subscribed anew on the next session', async () => {
    const devices = subscribed();
    await devices.run();
    devices.set.halt();
    await devices.run();
    expect(devices.lab.calls).toEqual(['1 subscribe d1', '1 unsubscribe d1', '2 subscribe d1']);
    expect(paths(devices)).toEqual([['a', 'b']]);
  });

  it('that refuses is asked again every five seconds, with its tags Bad meanwhile', async () => {
    const devices = subscribed();
    devices.lab.failures.set('subscribe', failure('unreachable'));
    await devices.run();
    expect(devices.shown('a')).toBe('BadNoCommunication');
    await devices.clock.advance(4_999);
    expect(devices.lab.count('1 subscribe d1')).toBe(1);
    devices.lab.failures.clear();
    await devices.clock.advance(1);
    expect([devices.lab.count('1 subscribe d1'), paths(devices)]).toEqual([2, [['a', 'b']]]);
  });

  it('that accepts only after the session was given up is let go of again', async () => {
    const devices = subscribed();
    const release = devices.lab.hold('subscribe');
    await devices.run();
    devices.set.halt();
    release();
    await devices.clock.advance(0);
    expect(devices.lab.calls).toEqual(['1 subscribe d1', '1 unsubscribe d1']);
    expect(devices.lab.session.sinks.size).toBe(0);
  });

  it('is asked for what is new alone', async () => {
    const devices = subscribed();
    await devices.run();
    change(deviceOf(devices), { added: [labTag('c')], removed: ['b'] });
    await devices.clock.advance(0);
    expect(paths(devices)).toEqual([['a', 'b'], ['c']]);
    expect(devices.lab.count('1 unsubscribe d1')).toBe(0);
  });

  it('says nothing any more of a device that was given up', async () => {
    const devices = subscribed();
    await devices.run();
    const [{ sink }] = devices.lab.session.sinks.values();
    devices.set.halt();
    devices.set.fail(statusCodes.BadOutOfService);
    sink.fail(failure('host-lost'));
    expect(devices.shown('a')).toBe('BadOutOfService');
  });
});
