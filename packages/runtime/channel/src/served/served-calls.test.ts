import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import type { RequestMessage } from '../messages.js';
import { ServedCalls } from './served-calls.js';

function request(call: number, remainingMs: number): RequestMessage {
  return { type: 'request', call, correlationId: `c${call}`, remainingMs, request: { capability: 'probe', device: 'd' } } as unknown as RequestMessage; // prettier-ignore
}

it('is idle once every call has ended', () => {
  const calls = new ServedCalls(new FakeClock());
  const told: string[] = [];
  const call = calls.open(request(1, 60_000));
  calls.whenIdle(() => told.push('idle'));
  expect(told).toEqual([]);
  calls.close(call, true);
  expect(told).toEqual(['idle']);
});

it('does not wait for a call that outlives its deadline, nor for one that was given up', async () => {
  const clock = new FakeClock();
  const calls = new ServedCalls(clock);
  const told: string[] = [];
  const [neverEnding] = [calls.open(request(1, 4_000)), calls.open(request(2, 60_000))];
  calls.whenIdle(() => told.push('idle'));
  calls.cancel(2);
  await clock.advance(3_999);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect([told, calls.size]).toEqual([['idle'], 2]);
  calls.close(neverEnding, true);
  expect(told).toEqual(['idle']);
});
