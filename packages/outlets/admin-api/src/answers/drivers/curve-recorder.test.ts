import { EventLog } from '@fieldwarden/observe';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { CurveRecorder, type DrawnDriver } from './curve-recorder.js';

const nothing = { baselineBytes: null, softBytes: null, hardBytes: null, state: null } as const;

function drawnDriver(
  state: DrawnDriver['state'] = 'Healthy',
  bytes: number | null = null,
  cpuPercent: number | null = null,
  heartbeatMs: number | null = null,
): DrawnDriver {
  const stability = { memory: { ...nothing, bytes }, cpuPercent };
  return { state, stability, facts: { memoryBytes: null, cpuPercent: null, heartbeatMs } };
}

it('keeps the last hour of each driver, a row every 5 s; null where nothing was measured', async () => {
  const clock = new FakeClock();
  const drivers = new Map([['a', drawnDriver()]]);
  using recorder = new CurveRecorder(drivers, clock, new EventLog(clock));
  const begin = clock.wallMs();
  drivers.set('a', drawnDriver('Degraded', 9_000_000, 1.26, 400));
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
    changes: [
      { at: begin, state: 'Healthy' },
      { at: begin + 5_000, state: 'Degraded' },
    ],
  });
  await clock.advance(2 * 3_600_000);
  const { at, state } = recorder.of('a')!;
  expect([at.length, at[0], at.at(-1), state.length]).toEqual([720, clock.wallMs() - 719 * 5_000, clock.wallMs(), 720]);
});

it('begins anew with a driver that comes, knows none that went, and ends without a timer', async () => {
  const clock = new FakeClock();
  const drivers = new Map([['a', drawnDriver()]]);
  const recorder = new CurveRecorder(drivers, clock, new EventLog(clock));
  drivers.set('b', drawnDriver());
  expect(recorder.of('b')?.at).toEqual([]);
  drivers.delete('a');
  await clock.advance(5_000);
  expect([recorder.of('a'), recorder.of('b')?.at.length]).toEqual([undefined, 1]);
  drivers.set('a', drawnDriver());
  expect(recorder.of('a')?.at).toEqual([]);
  recorder[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});

it('has the states between two rows from the events, and those of an hour, at most a thousand', async () => {
  const clock = new FakeClock();
  const events = new EventLog(clock);
  using recorder = new CurveRecorder(new Map([['a', drawnDriver()]]), clock, events);
  const begin = clock.wallMs();
  const become = (to: string, more = {}): void =>
    void events.append({ type: 'driver', driverId: 'a', message: `driver a is ${to}`, data: { to }, ...more });
  await clock.advance(1_000);
  become('Reconnecting');
  await clock.advance(300);
  become('Healthy');
  become('connected', { device: 'filler' });
  become('Upside down');
  const states = () => recorder.of('a')!.changes.map(({ at, state }) => [at - begin, state]);
  expect(recorder.of('a')!.state).toEqual(['Healthy']);
  expect(states()).toEqual([
    [0, 'Healthy'],
    [1_000, 'Reconnecting'],
    [1_300, 'Healthy'],
  ]);
  await clock.advance(2 * 3_600_000);
  become('Faulted');
  expect(states().map(([, state]) => state)).toEqual(['Healthy', 'Faulted']);
  for (let i = 0; i < 600; i += 1) for (const to of ['Reconnecting', 'Healthy']) become(to);
  expect(states()).toHaveLength(1_000);
});
