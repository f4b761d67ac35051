import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { callCancelled } from '../wire/call-errors.js';
import { PendingCalls, type PendingCall } from './pending-calls.js';

interface Observed extends PendingCall {
  readonly errors: { kind: string; writeOutcome: string }[];
}

function pendingCall(id: number, deadlineMs: number, sent: boolean): Observed {
  const errors: Observed['errors'] = [];
  return {
    id,
    what: 'write',
    deadlineMs,
    into: undefined,
    rows: undefined,
    sent,
    unlisten: undefined,
    errors,
    resolve: () => undefined,
    reject: ({ kind, writeOutcome }) => void errors.push({ kind, writeOutcome }),
  };
}

describe('PendingCalls', () => {
  it('ends each call at its own deadline, with one timer for all', async () => {
    const clock = new FakeClock();
    const calls = new PendingCalls(clock, () => undefined);
    const [late, soon] = [pendingCall(1, 500, true), pendingCall(2, 100, false)];
    calls.add(late);
    calls.add(soon);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(100);
    expect([late.errors, soon.errors]).toEqual([[], [{ kind: 'timeout', writeOutcome: 'not-sent' }]]);
    await clock.advance(400);
    expect(late.errors).toEqual([{ kind: 'timeout', writeOutcome: 'unknown' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts an answer to a call that was given up, once, and knows one that never was', () => {
    const calls = new PendingCalls(new FakeClock(), () => undefined);
    const call = pendingCall(1, 500, true);
    calls.add(call);
    calls.abandon(call, callCancelled(call));
    expect([calls.settle(1), calls.settle(1), calls.settle(9)]).toEqual(['late', 'unknown', 'unknown']);
    expect(calls.lateReplies).toBe(1);
  });

  it('expects no answer to a call that was given up before it was sent', () => {
    const calls = new PendingCalls(new FakeClock(), () => undefined);
    const call = pendingCall(1, 500, false);
    calls.add(call);
    calls.abandon(call, callCancelled(call));
    expect(calls.settle(1)).toBe('unknown');
    expect(call.errors).toEqual([{ kind: 'cancelled', writeOutcome: 'not-sent' }]);
  });

  it('leaves no timer when the channel is gone', () => {
    const clock = new FakeClock();
    const calls = new PendingCalls(clock, () => undefined);
    calls.add(pendingCall(1, 500, true));
    calls.rejectAll(callCancelled);
    expect([clock.pendingTimers, calls.size]).toEqual([0, 0]);
  });
});
