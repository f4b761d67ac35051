import { statusCodes, ValueColumns, type Clock, type ErrorKind } from '@fieldwarden/core';
import { capabilities, type Capability, type DriverSession } from '@fieldwarden/driver';
import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import type { DeviceInvoker } from '../device-invoker.js';
import { failure, rejection, testDevice } from '../testing/test-device.js';

const point = { path: 'a', address: '1', type: { scalar: 'float64' as const } };
const page = { fromMs: 0, toMs: 10, limit: 5, continuation: undefined };
const sink = { push: () => undefined, fail: () => undefined, lost: () => undefined };
const handle = { deviceId: 'd1' };

/** One call of each capability through the invoker. */
const calls: Readonly<Record<Capability, (device: DeviceInvoker) => Promise<unknown>>> = {
  discover: (device) => device.discover({ parent: undefined, text: undefined, cursor: undefined, limit: 5 }, 'c'),
  read: (device) => device.read({ deviceId: 'd1', points: [] }, new ValueColumns(0)),
  write: (device) => device.write([], false, 'c'),
  subscribe: (device) => device.subscribe([point], sink),
  unsubscribe: (device) => device.unsubscribe(handle),
  probe: (device) => device.probe(),
  subscribeAlarms: (device) => device.subscribeAlarms(sink),
  unsubscribeAlarms: (device) => device.unsubscribeAlarms(handle),
  acknowledge: (device) => device.acknowledge([{ eventId: 'e', conditionId: 'c', comment: '' }], 'c'),
  readRaw: (device) => device.readRaw(point, { ...page, bounds: false }, 'c'),
  readProcessed: (device) => device.readProcessed(point, { ...page, aggregate: 'average', intervalMs: 1 }, 'c'),
  readAtTime: (device) => device.readAtTime(point, [1, 2], 'c'),
  readEvents: (device) => device.readEvents(page, 'c'),
  callMethod: (device) => device.callMethod({ object: '', method: 'm', inputs: [] }, 'c'),
};

const sessionWith = (capability: Capability, answer: () => Promise<unknown>): Partial<DriverSession> => ({
  [capability]: answer,
});

describe.each(capabilities)('%s through the invoker (§5.6)', (capability) => {
  it('reaches the session and brings back what it answers', async () => {
    const answer = { its: 'answer', values: [], events: [], nodes: [], length: 0 };
    let called = 0;
    const device = testDevice(sessionWith(capability, () => (called++, Promise.resolve(answer))));
    expect(await calls[capability](device)).toBe(answer);
    expect([called, device.status.state, device.supports(capability)]).toEqual([1, 'connected', true]);
  });

  it('is refused as unsupported by a driver that does not have it, and counts for nothing', async () => {
    const device = testDevice({});
    for (let i = 0; i < 5; i += 1) {
      expect(await rejection(calls[capability](device))).toMatchObject({
        kind: 'unsupported',
        status: statusCodes.BadNotSupported,
        writeOutcome: 'not-sent',
      });
    }
    expect(device.status).toMatchObject({ breaker: 'closed', consecutiveFailures: 0 });
  });

  it('ends at its time-out', async () => {
    const clock = new FakeClock();
    const device = testDevice(
      sessionWith(capability, () => new Promise(() => undefined)),
      { clock },
    );
    const ended = rejection(calls[capability](device));
    await clock.advance(1_000);
    expect(await ended).toMatchObject({ kind: 'timeout', code: 'CALL_TIMEOUT' });
  });

  it('turns what a driver throws, instead of rejecting, into an error', async () => {
    const device = testDevice(sessionWith(capability, () => { throw new TypeError('sync'); })); // prettier-ignore
    expect(await rejection(calls[capability](device))).toMatchObject({ kind: 'bug', message: 'sync' });
    expect(device.status.depth).toBe(0);
  });
});

describe('what acts on a device (§5.4)', () => {
  it.each(['write', 'acknowledge', 'callMethod'] as const)(
    '%s is sent once, whatever becomes of it',
    async (capability) => {
      for (const kind of ['timeout', 'unreachable', 'protocol', 'busy'] satisfies ErrorKind[]) {
        const clock = new FakeClock();
        let sent = 0;
        const device = testDevice(
          sessionWith(capability, () => (sent++, Promise.reject(failure(kind)))),
          { clock },
        );
        const ended = rejection(calls[capability](device));
        await clock.advance(5_000);
        expect((await ended).kind).toBe(kind);
        expect(sent).toBe(1);
      }
    },
  );

  it.each(['readRaw', 'readProcessed', 'readAtTime', 'readEvents', 'subscribeAlarms'] as const)(
    '%s, which does not, is repeated',
    async (capability) => {
      const clock = new FakeClock();
      let sent = 0;
      const second = { values: [], events: [], length: 0 };
      const answer = (): Promise<unknown> =>
        ++sent === 1 ? Promise.reject(failure('unreachable')) : Promise.resolve(second);
      const device = testDevice(sessionWith(capability, answer), { clock });
      const ended = calls[capability](device);
      await clock.advance(1_000);
      expect(await ended).toBe(second);
    },
  );
});

describe('a read', () => {
  it('is known to run as long as the driver works on it, whoever still waits', async () => {
    const clock = new FakeClock();
    const plan = { deviceId: 'd1', points: [] };
    let answer: () => void = () => undefined;
    const device = testDevice({ read: () => new Promise<void>((resolve) => (answer = resolve)) }, { clock });
    expect(device.isReading(plan)).toBe(false);
    const ended = rejection(device.read(plan, new ValueColumns(0)));
    await clock.advance(1_000);
    await ended;
    expect([device.isReading(plan), device.isReading({ ...plan })]).toEqual([true, false]);
    answer();
    await clock.advance(0);
    expect(device.isReading(plan)).toBe(false);
  });

  it('is not sent again after its end, even if the pause before the attempt ends late', async () => {
    const clock = new FakeClock();
    const sluggish: Clock = {
      monotonicMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs(),
      setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs < 1_000 ? 5_000 : delayMs),
    };
    let sent = 0;
    const read = (): Promise<void> => (sent++, Promise.reject(failure('timeout')));
    const ended = rejection(
      testDevice({ read }, { clock: sluggish }).read({ deviceId: 'd1', points: [] }, new ValueColumns(0)),
    );
    await clock.advance(10_000);
    expect((await ended).code).toBe('CALL_TIMEOUT');
    expect(sent).toBe(1);
  });
});

describe('a history query out of bounds', () => {
  const refused = async (call: (device: DeviceInvoker) => Promise<unknown>): Promise<ErrorKind> => {
    const never = (): never => {
      throw new Error('reached the driver');
    };
    return (await rejection(call(testDevice({ readRaw: never, readProcessed: never, readAtTime: never, readEvents: never })))).kind; // prettier-ignore
  };

  it('never reaches a driver', async () => {
    for (const limit of [0, -1, 1.5, 10_001, Number.NaN])
      expect(await refused((device) => device.readEvents({ ...page, limit }, 'c'))).toBe('config');
    for (const fromMs of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(await refused((device) => device.readRaw(point, { ...page, fromMs, bounds: true }, 'c'))).toBe('config');
    const processed = { ...page, aggregate: 'average' as const };
    for (const intervalMs of [0, -5, Number.NaN])
      expect(await refused((device) => device.readProcessed(point, { ...processed, intervalMs }, 'c'))).toBe('config');
    for (const times of [new Array<number>(10_001).fill(0), [Number.NaN]])
      expect(await refused((device) => device.readAtTime(point, times, 'c'))).toBe('config');
    const continuation = 'x'.repeat(4_097);
    expect(await refused((device) => device.readEvents({ ...page, continuation }, 'c'))).toBe('config');
  });
});

describe('a history answer with more rows than were asked for', () => {
  it.each(['readRaw', 'readProcessed', 'readAtTime', 'readEvents'] as const)(
    'is a bug of the driver: %s',
    async (capability) => {
      const rows = new Array<number>(6).fill(0);
      const answer = Object.assign([...rows], { values: rows, events: rows });
      const device = testDevice(sessionWith(capability, () => Promise.resolve(answer)));
      expect(await rejection(calls[capability](device))).toMatchObject({ kind: 'bug', code: 'HISTORY_TOO_MANY_ROWS' });
    },
  );
});
