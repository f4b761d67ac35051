import { GatewayError } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { AuthorityReader } from './authority-reader.js';

const away = new GatewayError({ code: 'AUTHORITY_UNREACHABLE', kind: 'unreachable', message: 'away' });
const never = (): Promise<string> => new Promise<string>(() => undefined);
const hourMs = 3_600_000;

let clock: FakeClock;
let logger: ReturnType<typeof collectingLogger>;
let changes: number;
let reader: AuthorityReader;

beforeEach(() => {
  clock = new FakeClock({ wallMs: 1_000_000 });
  logger = collectingLogger();
  changes = 0;
  reader = new AuthorityReader({ clock, random: () => 0.5, logger, onChange: () => changes++ });
});

/** Asks with these answers in turn, the last one again and again; notes when it was asked. */
function script(...answers: readonly (() => Promise<string>)[]): { ask: () => Promise<string>; askedAtMs: number[] } {
  const askedAtMs: number[] = [];
  const ask = (): Promise<string> => {
    askedAtMs.push(clock.monotonicMs());
    return answers[Math.min(askedAtMs.length, answers.length) - 1]();
  };
  return { ask, askedAtMs };
}

const failing = (): Promise<string> => Promise.reject(away);

async function settledAfter<T>(ms: number, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await clock.advance(ms);
  return await promise;
}

describe('reading configuration (§7.4)', () => {
  it('gives what is read, and is not stale', async () => {
    expect(
      await reader.read(
        async () => 'fresh',
        () => 'sealed',
      ),
    ).toBe('fresh');
    expect([reader.usingStale, reader.staleSinceMs, reader.reachable]).toEqual([false, null, true]);
  });

  it('gives an attempt 2 s, tries three times more with growing pauses, and falls back', async () => {
    const { ask, askedAtMs } = script(never);
    expect(
      await settledAfter(
        20_000,
        reader.read(ask, () => 'sealed'),
      ),
    ).toBe('sealed');
    expect(askedAtMs).toEqual([0, 2_200, 4_600, 7_400]);
    expect([reader.usingStale, reader.staleSinceMs, reader.reachable]).toEqual([true, 1_009_400, false]);
  });

  it('jitters its retries between half and one and a half of the pause', async () => {
    for (const [random, atMs] of [
      [0, 100],
      [0.999, 299.8],
    ] as const) {
      reader = new AuthorityReader({ clock: (clock = new FakeClock()), random: () => random, logger });
      const { ask, askedAtMs } = script(failing, async () => 'fresh');
      await settledAfter(1_000, reader.attempt(ask));
      expect(askedAtMs[1]).toBeCloseTo(atMs);
    }
  });

  it('is not stale when a retry succeeds', async () => {
    const { ask } = script(failing, failing, failing, async () => 'fresh');
    expect(
      await settledAfter(
        5_000,
        reader.read(ask, () => 'sealed'),
      ),
    ).toBe('fresh');
    expect(reader.usingStale).toBe(false);
  });

  it('does not repeat what a retry cannot cure', async () => {
    const damaged = new GatewayError({ code: 'AUTHORITY_DAMAGED', kind: 'config', message: 'damaged' });
    const { ask, askedAtMs } = script(() => Promise.reject(damaged));
    await expect(reader.attempt(ask)).rejects.toBe(damaged);
    expect([askedAtMs.length, reader.usingStale]).toEqual([1, true]);
  });

  it('takes a refusal for an answer', async () => {
    const stale = new GatewayError({ code: 'REVISION_STALE', kind: 'rejected', message: 'moved on' });
    await expect(reader.attempt(() => Promise.reject(stale))).rejects.toBe(stale);
    expect(reader.reachable).toBe(true);
  });

  it('is stale from the first read in vain until the next success, and says each change once', async () => {
    await settledAfter(
      5_000,
      reader.read(failing, () => 'sealed'),
    );
    const { staleSinceMs } = reader;
    await settledAfter(
      5_000,
      reader.read(failing, () => 'sealed'),
    );
    expect([reader.staleSinceMs, changes]).toEqual([staleSinceMs, 1]);
    await reader.read(
      async () => 'fresh',
      () => 'sealed',
    );
    expect([reader.usingStale, changes]).toEqual([false, 2]);
    expect(logger.messages()).toHaveLength(2);
  });

  it('warns after 24 h of staleness, once, and takes the warning back', async () => {
    await settledAfter(
      5_000,
      reader.read(failing, () => 'sealed'),
    );
    await clock.advance(24 * hourMs - 10_000);
    expect(reader.staleAlarm).toBe(false);
    await clock.advance(10_000);
    expect([reader.staleAlarm, logger.messages('warn').at(-1)]).toEqual([true, expect.stringContaining('24 h')]);
    await reader.read(
      async () => 'fresh',
      () => 'sealed',
    );
    expect([reader.staleAlarm, clock.pendingTimers]).toEqual([false, 0]);
  });

  it('does not warn when an answer came in between', async () => {
    await settledAfter(
      5_000,
      reader.read(failing, () => 'sealed'),
    );
    await clock.advance(23 * hourMs);
    await reader.read(
      async () => 'fresh',
      () => 'sealed',
    );
    await settledAfter(
      5_000,
      reader.read(failing, () => 'sealed'),
    );
    await clock.advance(2 * hourMs);
    expect(reader.staleAlarm).toBe(false);
  });

  it('ends reads under way when it is closed, without calling them stale', async () => {
    const reading = expect(reader.attempt(never)).rejects.toMatchObject({ code: 'AUTHORITY_CLOSED' });
    reader.close();
    await reading;
    expect([reader.usingStale, clock.pendingTimers]).toEqual([false, 0]);
  });
});
