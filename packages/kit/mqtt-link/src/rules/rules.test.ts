import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { AcknowledgeWatch } from './acknowledge-watch.js';
import { backOffMs } from './back-off.js';
import { limitsOf, publishPacketBytes, widestLimits } from './broker-limits.js';
import { setHalfTimer } from './half-timer.js';
import { TakenId } from './taken-id.js';
import { VersionChoice } from './version-choice.js';

describe('the wait before the next attempt', () => {
  it('doubles from a quarter of a second to half a minute', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map((failures) => backOffMs(failures, () => 0.5));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('differs by a fifth, so that gateways do not come back together', () => {
    expect(backOffMs(1, () => 0)).toBe(200);
    expect(backOffMs(1, () => 0.999999)).toBe(300);
  });
});

describe('an id that another client has', () => {
  it('shows in three connections that the broker ends at once', () => {
    const takenId = new TakenId();
    expect([100, 1900, 50].map((livedMs) => takenId.closed(livedMs, false))).toEqual([false, false, true]);
  });

  it('does not show in connections that live, or whose end has another reason', () => {
    const takenId = new TakenId();
    const closes = [100, 100, 5000, 100, 100].map((livedMs) => takenId.closed(livedMs, false));
    expect(closes).not.toContain(true);
    expect([100, 100, 100].map((livedMs) => takenId.closed(livedMs, true))).not.toContain(true);
  });
});

describe('the version of MQTT', () => {
  it('is 5 unless the broker has only 3.1.1, and then that at once', () => {
    const choice = new VersionChoice('auto');
    expect(choice.version).toBe(5);
    expect(choice.failed(1)).toBe(true);
    expect(choice.version).toBe(4);
  });

  it('is tried by turns where the broker hangs up without a word', () => {
    const choice = new VersionChoice('auto');
    expect([choice.failed(undefined), choice.version]).toEqual([false, 4]);
    expect([choice.failed(undefined), choice.version]).toEqual([false, 5]);
  });

  it('stays where something else was refused, or the plant says which', () => {
    const choice = new VersionChoice('auto');
    expect([choice.failed(0x86), choice.version]).toEqual([false, 5]);
    const fixed = new VersionChoice('3.1.1');
    expect([fixed.failed(1), fixed.version]).toEqual([false, 4]);
  });
});

describe('what a broker takes', () => {
  it('is what its CONNACK says', () => {
    const properties = { receiveMaximum: 20, maximumPacketSize: 1000, maximumQoS: 1, retainAvailable: false };
    expect(limitsOf(properties)).toEqual({
      receiveMaximum: 20,
      maximumPacketBytes: 1000,
      maximumQos: 1,
      retainAvailable: false,
    });
  });

  it('is everything where it says nothing, or nonsense', () => {
    expect(limitsOf(undefined)).toEqual(widestLimits);
    expect(limitsOf({ receiveMaximum: 0, maximumPacketSize: 0, maximumQoS: 7 })).toEqual(widestLimits);
  });

  it.each([
    [10, 5, 1, 4, 21],
    [10, 5, 0, 4, 19],
    [10, 120, 1, 5, 138],
    [10, 20_000, 1, 5, 20_019],
  ] as const)(
    'a topic of %i and a payload of %i bytes at QoS %i in version %i are %i',
    (topic, payload, qos, version, bytes) => {
      expect(publishPacketBytes(topic, payload, qos, version)).toBe(bytes);
    },
  );
});

describe('a broker that acknowledges nothing', () => {
  const watched = { underWay: 0, acknowledgements: 0, unsentBytes: 0 };

  async function stallsAfter(ms: number, connection: Partial<typeof watched>, during?: (clock: FakeClock) => void) {
    const clock = new FakeClock();
    let stalls = 0;
    using _ = new AcknowledgeWatch(clock, Object.assign(watched, connection), 60_000, () => (stalls += 1));
    during?.(clock);
    await clock.advance(ms);
    return stalls;
  }

  it('is left after the time that is allowed', async () => {
    expect(await stallsAfter(59_000, { underWay: 1 })).toBe(0);
    expect(await stallsAfter(60_000, { underWay: 1 })).toBe(1);
  });

  it('is kept while there is nothing to acknowledge', async () => {
    expect(await stallsAfter(600_000, { underWay: 0 })).toBe(0);
  });

  it('is kept when it was this process that stood still', async () => {
    expect(await stallsAfter(15_000, { underWay: 1 }, (clock) => clock.stall(120_000))).toBe(0);
  });
});

it('a deadline of two halves outlives a stall', async () => {
  const clock = new FakeClock();
  let called = 0;
  setHalfTimer(clock, () => (called += 1), 8000);
  clock.stall(60_000);
  await clock.advance(3_000);
  expect(called).toBe(0);
  await clock.advance(1_000);
  expect(called).toBe(1);
});
