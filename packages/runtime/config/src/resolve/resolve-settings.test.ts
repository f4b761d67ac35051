import { capabilities } from '@fieldwarden/driver';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveResilience, resolveStability, resolveSupervision } from './resolve-settings.js';
import { placeOf } from '../document/tier-defaults.js';

const one = { deviceCount: 1 };

describe('resilience (§5.3)', () => {
  it.each([
    ['A', 2_000, 3, 5, 2],
    ['B', 4_000, 3, 5, 2],
    ['C', 10_000, 1, null, 1],
  ] as const)('of tier %s has the defaults of its row (§5.3)', (tier, timeoutMs, retries, breakerFailures, again) => {
    const settings = resolveResilience(undefined, { tier, ...one });
    const expected = {
      read: { timeoutMs, retries },
      write: { timeoutMs, retries: 0 },
      history: { timeoutMs: 30_000, retries: again },
    };
    for (const capability of capabilities) {
      expect(settings.capabilities[capability]).toEqual(expected[placeOf[capability].group]);
    }
    const groups = Map.groupBy(capabilities, (capability) => placeOf[capability].group);
    expect(groups.get('write')).toEqual(['write', 'acknowledge', 'callMethod']);
    expect(groups.get('history')).toEqual(['readRaw', 'readProcessed', 'readAtTime', 'readEvents']);
    expect(settings).toMatchObject({
      breakerFailures,
      idempotentWriteRetries: retries,
      bulkhead: { concurrent: 8, queued: 128 },
      probeMs: 5_000,
      maxProbeMs: 60_000,
      writeWhileDemoted: 'refuse',
    });
  });

  it('gives a tier C driver with several devices a breaker per device', () => {
    expect(resolveResilience(undefined, { tier: 'C', deviceCount: 2 }).breakerFailures).toBe(5);
  });

  it('takes null for never, and a number for itself', () => {
    expect(resolveResilience({ breaker: { failures: null } }, { tier: 'A', ...one }).breakerFailures).toBeNull();
    expect(resolveResilience({ breaker: { failures: 2 } }, { tier: 'C', ...one }).breakerFailures).toBe(2);
  });

  it('never retries a write that does not say that it may be repeated, whatever is written', () => {
    const retries = fc.option(fc.nat(20), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom('A', 'B', 'C'), retries, retries, (tier, write, read) => {
        const settings = resolveResilience({ write: { retries: write }, read: { retries: read } }, { tier, ...one });
        expect(settings.capabilities.write.retries).toBe(0);
        if (write !== undefined) expect(settings.idempotentWriteRetries).toBe(write);
      }),
    );
  });

  it('takes each capability for itself', () => {
    const { capabilities: resolved } = resolveResilience(
      {
        probe: { timeoutMs: 50, retries: 0 },
        subscribe: { timeoutMs: 70 },
        history: { retries: 0 },
        callMethod: { timeoutMs: 90 },
      },
      { tier: 'B', ...one },
    );
    expect(Object.keys(resolved).sort()).toEqual([...capabilities].sort());
    expect(resolved.probe).toEqual({ timeoutMs: 50, retries: 0 });
    expect(resolved.subscribe).toEqual({ timeoutMs: 70, retries: 3 });
    expect(resolved.unsubscribe).toEqual({ timeoutMs: 70, retries: 3 });
    expect(resolved.read).toEqual({ timeoutMs: 4_000, retries: 3 });
    expect(resolved.readEvents).toEqual({ timeoutMs: 30_000, retries: 0 });
    expect(resolved.callMethod).toEqual({ timeoutMs: 90, retries: 0 });
  });

  it('lets probes never come faster than the first one', () => {
    expect(resolveResilience({ breaker: { probeMs: 90_000 } }, { tier: 'B', ...one }).maxProbeMs).toBe(90_000);
  });
});

describe('supervision', () => {
  it('has the defaults of the specification', () => {
    expect(resolveSupervision(undefined)).toEqual({
      pingMs: 1_000,
      suspectMs: 3_000,
      hangKillMs: 15_000,
      startBudgetMs: 60_000,
      drainMs: 10_000,
      backoff: { initialMs: 250, maxMs: 60_000, jitter: 0.2, firstAtOnce: true },
      crashLoop: { crashes: 5, windowMs: 300_000 },
      overlap: false,
    });
  });

  it('keeps a pause that is written after the first crash too', () => {
    expect(resolveSupervision({ backoff: { maxMs: 1_000 } }).backoff.firstAtOnce).toBe(true);
    expect(resolveSupervision({ backoff: { initialMs: 250 } }).backoff.firstAtOnce).toBe(false);
  });

  it('shortens the other limits with the one that is written', () => {
    expect(resolveSupervision({ hangKillMs: 500 })).toMatchObject({ pingMs: 50, suspectMs: 150, hangKillMs: 500 });
  });

  it('is in order whatever single limit is shortened', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 120_000 }), (hangKillMs) => {
        const { pingMs, suspectMs } = resolveSupervision({ hangKillMs });
        expect(pingMs).toBeGreaterThanOrEqual(50);
        expect(suspectMs).toBeGreaterThan(pingMs);
        expect(hangKillMs).toBeGreaterThan(suspectMs);
      }),
    );
  });
});

describe('stability', () => {
  it.each([
    ['A', 3, 52_428_800],
    ['B', 3, 104_857_600],
    ['C', 2, 524_288_000],
  ] as const)('of tier %s has the defaults of the specification', (tier, multiplier, floorBytes) => {
    expect(resolveStability(undefined, tier)).toEqual({
      memory: {
        sampleMs: 5_000,
        baselineWindowMs: 300_000,
        multiplier,
        floorBytes,
        recycleOnSoft: false,
        capBytes: null,
      },
      recycle: null,
      wedge: { thresholdMs: 60_000 },
    });
  });

  it('keeps what is written, each part for itself', () => {
    const written = { memory: { multiplier: 1.5, capBytes: 1_048_576 }, recycle: { cron: '0 3 * * 0' } };
    expect(resolveStability(written, 'C')).toMatchObject({
      memory: { multiplier: 1.5, floorBytes: 524_288_000, capBytes: 1_048_576 },
      recycle: { cron: '0 3 * * 0', timeZone: 'UTC', splayMs: 300_000 },
      wedge: { thresholdMs: 60_000 },
    });
    expect(resolveStability({ wedge: { thresholdMs: 1_000 } }, 'A').wedge).toEqual({ thresholdMs: 1_000 });
  });
});
