import { LiveSecrets } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import type { NewGatewayEvent } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.js';

const event = (message: string): NewGatewayEvent => ({ type: 'driver', driverId: 'p', message });

function filled(count: number, capacity?: number): EventLog {
  const log = new EventLog(new FakeClock(), { capacity });
  for (let i = 1; i <= count; i += 1) log.append(event(`event ${i}`));
  return log;
}

describe('the event log', () => {
  it('has no secret in what it keeps and tells (§13.5)', () => {
    const redactor = new LiveSecrets();
    redactor.learn(['open-sesame']);
    const log = new EventLog(new FakeClock(), { redactor });
    const told: string[] = [];
    log.subscribe(({ message }) => told.push(message));
    log.append({ ...event('refused open-sesame'), data: { reasons: ['open-sesame'] } });
    expect(told).toEqual(['refused ***']);
    expect(log.last(1)).toMatchObject([{ message: 'refused ***', data: { reasons: ['***'] } }]);
  });

  it('numbers and stamps events', () => {
    const log = new EventLog(new FakeClock({ wallMs: Date.UTC(2030, 0, 1) }));
    expect(log.append(event('started'))).toEqual({
      seq: 1,
      at: '2030-01-01T00:00:00.000Z',
      type: 'driver',
      driverId: 'p',
      message: 'started',
    });
    expect(log.append(event('stopped')).seq).toBe(2);
    expect(log.lastSeq).toBe(2);
  });

  it('gives a reader what came after the last event it has seen', () => {
    const log = filled(5);
    expect(log.since(3).map(({ seq }) => seq)).toEqual([4, 5]);
    expect(log.since(5)).toEqual([]);
    expect(log.since(99)).toEqual([]);
    expect(log.since(0)).toHaveLength(5);
  });

  it('goes on with the numbers it is given, and tells a reader from an earlier run that it may have missed something', () => {
    const given: number[] = [];
    const log = new EventLog(new FakeClock(), { onSeq: (seq) => given.push(seq) });
    log.resumeAfter(10_000);
    expect(log.gapAfter(7)).toEqual({ afterSeq: 7, nextSeq: 10_001, restarted: true });
    for (let i = 0; i < 3; i += 1) log.append(event('of this run'));
    expect(log.since(10_001).map((one) => one.seq)).toEqual([10_002, 10_003]);
    expect(given).toEqual([10_001, 10_002, 10_003]);
    expect([log.gapAfter(10_001), log.gapAfter(10_003), log.gapAfter(0)]).toEqual([undefined, undefined, undefined]);
    expect(log.gapAfter(7)).toEqual({ afterSeq: 7, nextSeq: 10_001, restarted: true });
    expect(log.gapAfter(99_999)).toEqual({ afterSeq: 99_999, nextSeq: 10_001, restarted: true });
  });

  it('tells a reader who stayed away too long within one run what has fallen out', () => {
    const log = filled(12, 10);
    expect(log.gapAfter(1)).toEqual({ afterSeq: 1, nextSeq: 3, restarted: false });
    expect([log.gapAfter(2), log.gapAfter(12)]).toEqual([undefined, undefined]);
  });

  it('names its run', () => {
    expect(new EventLog(new FakeClock()).bootId).not.toBe(new EventLog(new FakeClock()).bootId);
  });

  it('forgets the oldest, and lets a reader see the gap', () => {
    const log = filled(12, 10);
    expect(log.since(0).map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(log.last(2).map(({ seq }) => seq)).toEqual([11, 12]);
    expect(filled(5_001).since(0)).toHaveLength(5_000);
  });

  it('tells subscribers until they leave', () => {
    const log = filled(1);
    const seen: number[] = [];
    const subscription = log.subscribe(({ seq }) => seen.push(seq));
    log.append(event('two'));
    subscription[Symbol.dispose]();
    log.append(event('three'));
    expect(seen).toEqual([2]);
  });

  it('is not hurt by a subscriber that throws, nor are the others', () => {
    const log = filled(0);
    const seen: number[] = [];
    let calls = 0;
    log.subscribe(() => {
      calls += 1;
      throw new Error('gone');
    });
    log.subscribe(({ seq }) => seen.push(seq));
    log.append(event('one'));
    log.append(event('two'));
    expect(seen).toEqual([1, 2]);
    expect(calls).toBe(1);
  });
});
