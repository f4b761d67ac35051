import { driverDetail } from '@fieldwarden/admin-api/testing';
import type { Driver } from '@fieldwarden/admin-contract';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { CurveRecorder } from './curve-recorder.js';

function fakeDriver(): { now: Driver; describe(): Driver } {
  return {
    now: driverDetail(),
    describe() {
      return this.now;
    },
  };
}

it('keeps the last hour of each driver, a row every 5 s; null where nothing was measured', async () => {
  const clock = new FakeClock();
  const driver = fakeDriver();
  using recorder = new CurveRecorder(new Map([['a', driver]]), clock);
  const begin = clock.wallMs();
  const memory = { ...driver.now.memory, bytes: 9_000_000 };
  driver.now = { ...driver.now, state: 'Degraded', memory, cpuPercent: 1.26, heartbeatMs: 400 };
  await clock.advance(5_000);
  expect(recorder.of('a')).toEqual({
    schema: 'fieldwarden/curves@1',
    driverId: 'a',
    intervalMs: 5_000,
    at: [begin, begin + 5_000],
    memoryBytes: [null, 9_000_000],
    cpuPercent: [null, 1.26],
    heartbeatMs: [null, 400],
    state: ['Healthy', 'Degraded'],
  });
  await clock.advance(2 * 3_600_000);
  const { at, state } = recorder.of('a')!;
  expect([at.length, at[0], at.at(-1), state.length]).toEqual([720, clock.wallMs() - 719 * 5_000, clock.wallMs(), 720]);
});

it('begins anew with a driver that comes, knows none that went, and ends without a timer', async () => {
  const clock = new FakeClock();
  const drivers = new Map([['a', fakeDriver()]]);
  const recorder = new CurveRecorder(drivers, clock);
  drivers.set('b', fakeDriver());
  expect(recorder.of('b')?.at).toEqual([]);
  drivers.delete('a');
  await clock.advance(5_000);
  expect([recorder.of('a'), recorder.of('b')?.at.length]).toEqual([undefined, 1]);
  drivers.set('a', fakeDriver());
  expect(recorder.of('a')?.at).toEqual([]);
  recorder[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});
