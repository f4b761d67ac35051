import { errorToData, GatewayError, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import { testCall } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { ScriptedHost } from '../testing/scripted-host.js';

const point: Point = { path: 'p', address: 'a', type: { scalar: 'float64' } };
const items = [{ point, value: 1 }];

/** `host-lost, unknown`: kind of the error and what became of the request. */
async function endOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'answered',
    (error: unknown) => `${(error as GatewayError).kind}, ${(error as GatewayError).writeOutcome}`,
  );
}

async function open(callCredits = 8): Promise<{ host: ScriptedHost; session: Required<DriverSession> }> {
  const host = await new ScriptedHost().open(callCredits);
  return { host, session: host.client.session as Required<DriverSession> };
}

describe('calls that are pending when the Host is lost (§4.3)', () => {
  it('end in that tick: what had left as unknown, what waited for a credit as not sent', async () => {
    const { host, session } = await open(1);
    const left = endOf(session.write('d1', items, testCall({ clock: host.clock })));
    const waiting = endOf(session.write('d1', items, testCall({ clock: host.clock })));
    await host.arrival();
    expect([host.requests.length, host.client.pendingCalls]).toEqual([1, 2]);
    host.end();
    expect(host.client.pendingCalls).toBe(0);
    expect(await Promise.all([left, waiting])).toEqual(['host-lost, unknown', 'host-lost, not-sent']);
  });

  it('are not asked of the next Host', async () => {
    const { host, session } = await open(1);
    const lost = [1, 2].map(async () => await endOf(session.write('d1', items, testCall({ clock: host.clock }))));
    await host.arrival();
    host.end();
    await Promise.all(lost);
    host.respawn();
    await host.open(8);
    expect(host.requests).toEqual([]);
  });

  it('leave no timer, and nobody who listens for their end', async () => {
    const { host, session } = await open();
    const abort = new AbortController();
    const lost = endOf(session.write('d1', items, testCall({ clock: host.clock, signal: abort.signal })));
    host.end();
    await lost;
    abort.abort();
    expect(host.clock.pendingTimers).toBe(0);
  });
});

describe('a call that nobody waits for any more', () => {
  it('ends at its deadline, is cancelled in the Host, and its late answer is counted and gives the credit back', async () => {
    const { host, session } = await open(1);
    const late = endOf(session.write('d1', items, testCall({ clock: host.clock, timeoutMs: 500 })));
    await host.arrival();
    await host.clock.advance(500);
    expect(await late).toBe('timeout, unknown');
    await host.arrival();
    const [{ call }] = host.requests;
    expect(host.received.at(-1)).toEqual({ type: 'cancel', call });
    const next = endOf(session.probe('d1', testCall({ clock: host.clock })));
    await host.arrival();
    expect(host.requests).toHaveLength(1);
    host.say({ type: 'result', call, value: undefined });
    await host.arrival();
    expect([host.client.lateReplies, host.requests.length]).toEqual([1, 2]);
    host.end();
    await next;
  });

  it('before it was sent is never sent', async () => {
    const { host, session } = await open(1);
    const first = endOf(session.probe('d1', testCall({ clock: host.clock })));
    const abort = new AbortController();
    const given = endOf(session.write('d1', items, testCall({ clock: host.clock, signal: abort.signal })));
    abort.abort();
    expect(await given).toBe('cancelled, not-sent');
    await host.arrival();
    host.say({ type: 'result', call: host.requests[0].call, value: undefined });
    expect(await first).toBe('answered');
    await host.arrival();
    expect(host.requests).toHaveLength(1);
  });
});

describe('writes', () => {
  it('go ahead of what waits for a credit', async () => {
    const { host, session } = await open(1);
    const plan = session.prepareRead('d1', [point]);
    const calls = [
      session.read(plan, new ValueColumns(1), testCall({ clock: host.clock })),
      session.probe('d1', testCall({ clock: host.clock })),
      session.write('d1', items, testCall({ clock: host.clock })),
    ].map(endOf);
    await host.arrival();
    const refusal = new GatewayError({ code: 'LAB', kind: 'timeout', message: 'the device is silent' });
    host.say({ type: 'error', call: host.requests[0].call, error: errorToData(refusal) });
    await host.arrival();
    expect(host.requests.map(({ request }) => request.capability)).toEqual(['read', 'write']);
    host.end();
    await Promise.all(calls);
  });
});
