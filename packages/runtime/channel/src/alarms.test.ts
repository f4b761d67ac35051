import type { GatewayError } from '@fieldwarden/core';
import type { AlarmEvent } from '@fieldwarden/driver';
import { testCall, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { connectClient } from './testing/connect-client.js';
import { echoAlarm } from './testing/echo-history.js';
import { startMemoryHost } from './testing/memory-host.js';

function collectingSink() {
  const seen: string[] = [];
  const failures: GatewayError[] = [];
  return {
    seen,
    failures,
    push: (events: readonly AlarmEvent[]) => void seen.push(...events.map(({ eventId }) => eventId)),
    fail: (error: GatewayError) => void failures.push(error),
    lost: () => undefined,
  };
}

describe('an alarm subscription over the process boundary', () => {
  it('hears at once that its Host is gone, and is renewed by the next: what is the case comes anew', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    const sink = collectingSink();
    await observed.session.subscribeAlarms!('siren-1', sink, testCall());
    const other = collectingSink();
    const ended = await observed.session.subscribeAlarms!('siren-1', other, testCall());
    await observed.session.unsubscribeAlarms!(ended, testCall());
    first.transport.close();
    expect(sink.failures).toMatchObject([{ kind: 'host-lost' }]);
    expect(other.failures).toEqual([]);
    const second = startMemoryHost();
    await observed.reconnect(second.transport);
    await waitFor(() => sink.seen.length === 2, { what: 'the alarms of the new Host' });
    expect(second.session.alarmSinks).toHaveLength(1);
    expect(other.seen).toEqual(['event-0']);
  });

  it('goes on after a failure of the device, and past its first credits', async () => {
    const host = startMemoryHost();
    const { session } = await connectClient(host.transport);
    const sink = collectingSink();
    await session.subscribeAlarms!('quiet', sink, testCall());
    const [inHost] = host.session.alarmSinks;
    for (let number = 0; number < 30; number += 1) {
      inHost.push([echoAlarm(number)]);
      await waitFor(() => sink.seen.length === number + 1, { what: `alarm ${number}` });
    }
    const { session: failing } = await connectClient(startMemoryHost().transport);
    await expect(failing.subscribeAlarms!('failing', sink, testCall())).rejects.toMatchObject({ kind: 'rejected' });
    expect(sink.failures).toEqual([]);
  });

  it('ends in the Host too when its subscriber gave up before the device accepted', async () => {
    const host = startMemoryHost();
    const { session, client } = await connectClient(host.transport);
    const late = session.subscribeAlarms!('late', collectingSink(), testCall({ timeoutMs: 20 }));
    await expect(late).rejects.toMatchObject({ kind: 'timeout' });
    await waitFor(() => client.lateReplies === 1, { what: 'the device to have accepted too late' });
    expect(host.session.alarmSinks).toEqual([]);
  });

  it('a subscriber that fails on an alarm stops neither the alarms nor the channel', async () => {
    const host = startMemoryHost();
    const { session, lost } = await connectClient(host.transport);
    let pushes = 0;
    const push = (): void => {
      pushes += 1;
      throw new Error('subscriber');
    };
    await session.subscribeAlarms!('quiet', { ...collectingSink(), push }, testCall());
    for (let number = 0; number < 20; number += 1) host.session.alarmSinks[0].push([echoAlarm(number)]);
    await waitFor(() => pushes > 1, { what: 'further alarms' });
    expect(lost).toEqual([]);
  });
});
