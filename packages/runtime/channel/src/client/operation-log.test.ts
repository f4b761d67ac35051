import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperationLog } from './operation-log.js';

describe('OperationLog', () => {
  it('tells when each call began, how long it took and what came of it', () => {
    const clock = new FakeClock({ wallMs: 1_000_000 });
    const log = new OperationLog(clock);
    const read = log.begin('read', 'filler', 'aa');
    clock.stall(5);
    log.begin('gc', undefined, 'bb');
    log.end(read, 'ok');
    expect(log.list()).toEqual([
      {
        capability: 'read',
        device: 'filler',
        correlationId: 'aa',
        startedAtMs: 1_000_000,
        durationMs: 5,
        result: 'ok',
      },
      {
        capability: 'gc',
        device: null,
        correlationId: 'bb',
        startedAtMs: 1_000_005,
        durationMs: null,
        result: 'pending',
      },
    ]);
  });

  it('keeps the last 1,000, each with its own end, however many there were and in whatever order they ended', () => {
    const ends = fc.array(fc.nat(2_500), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_500 }), ends, (count, ended) => {
        const log = new OperationLog(new FakeClock());
        for (let call = 0; call < count; call += 1) log.begin('read', 'd', String(call));
        for (const call of ended) log.end(call, `end of ${call}`);
        const kept = Array.from({ length: Math.min(count, 1000) }, (_, index) => Math.max(0, count - 1000) + index);
        const wanted = kept.map((call) => [String(call), ended.includes(call) ? `end of ${call}` : 'pending']);
        expect(log.list().map(({ correlationId, result }) => [correlationId, result])).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });

  it('begins anew for another process', () => {
    const log = new OperationLog(new FakeClock());
    const old = log.begin('read', 'd', 'old');
    log.clear();
    log.end(old, 'ok');
    expect(log.list()).toEqual([]);
  });
});
