import { collectingLogger, testCall, waitFor } from '@fieldwarden/testkit';
import type { DriverSession } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '@fieldwarden/core';
import { connectClient } from './testing/connect-client.js';
import type { EchoSession } from './testing/echo-session.js';
import { startMemoryHost } from './testing/memory-host.js';

interface Maintained {
  reinitialized: number;
  flushed: number;
}

function maintainable(counts: Maintained, fail?: Error): (session: EchoSession) => DriverSession {
  return (session) => ({
    close: () => session.close(),
    probe: session.probe.bind(session),
    reinitialize: () => {
      counts.reinitialized += 1;
      return fail ? Promise.reject(fail) : Promise.resolve();
    },
    flushOptionalCaches: () => {
      counts.flushed += 1;
      if (fail) throw fail;
    },
  });
}

describe('maintenance of a session in a Host', () => {
  it('reaches it, and only a session that offers it', async () => {
    const counts = { reinitialized: 0, flushed: 0 };
    const { session } = await connectClient(startMemoryHost({ present: maintainable(counts) }).transport);
    await session.reinitialize!();
    session.flushOptionalCaches!();
    await waitFor(() => counts.flushed === 1, { what: 'the flush' });
    expect(counts.reinitialized).toBe(1);
    const plain = await connectClient(startMemoryHost().transport);
    expect([plain.session.reinitialize, plain.session.flushOptionalCaches]).toEqual([undefined, undefined]);
  });

  it('collects garbage in the Host', async () => {
    const host = startMemoryHost();
    const { client } = await connectClient(host.transport);
    await client.collectGarbage();
    expect(host.collections()).toBe(1);
  });

  it('gets through to a session whose every call is stuck, and gives back what it borrowed', async () => {
    const counts = { reinitialized: 0, flushed: 0 };
    const { session, client } = await connectClient(startMemoryHost({ present: maintainable(counts) }).transport);
    const abort = new AbortController();
    const stuck = { ...testCall({ timeoutMs: 60_000 }), signal: abort.signal };
    const calls = Array.from({ length: 300 }, () => session.probe!('slow', stuck).catch((error: unknown) => error));
    expect(client.pendingCalls).toBe(300);
    await session.reinitialize!();
    expect(counts.reinitialized).toBe(1);
    abort.abort();
    await Promise.all(calls);
    await Promise.all(Array.from({ length: 300 }, () => session.probe!('device', testCall())));
  });

  it('is no progress: a wedged session that is only asked for maintenance stays wedged', async () => {
    const counts = { reinitialized: 0, flushed: 0 };
    const observed = await connectClient(startMemoryHost({ present: maintainable(counts) }).transport);
    await observed.session.probe!('device', testCall());
    await observed.session.reinitialize!();
    await observed.client.collectGarbage();
    observed.client.ping(1);
    await waitFor(() => observed.pongs.length > 0, { what: 'the pong' });
    expect(observed.pongs[0].progress).toBe(1);
  });

  it('that fails says so to who asked, or to the log when nobody waits', async () => {
    const counts = { reinitialized: 0, flushed: 0 };
    const failure = new GatewayError({ code: 'STILL_STUCK', kind: 'unreachable', message: 'no' });
    const logger = collectingLogger();
    const { transport } = startMemoryHost({ present: maintainable(counts, failure) });
    const { session, lost, client } = await connectClient(transport, { logger });
    await expect(session.reinitialize!()).rejects.toMatchObject({ code: 'STILL_STUCK', kind: 'unreachable' });
    session.flushOptionalCaches!();
    await waitFor(() => logger.messages('warn').includes('caches were not flushed'), { what: 'the record' });
    expect(lost).toEqual([]);

    logger.clear();
    client.setSuspect(true);
    session.flushOptionalCaches!();
    await expect(session.reinitialize!()).rejects.toMatchObject({ kind: 'host-lost' });
    expect(logger.messages('warn')).toEqual([]);
  });
});

describe('the operations of a Host', () => {
  it('show every call with its device and what came of it, until the next Host', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    await observed.session.probe!('device', { ...testCall(), correlationId: 'c1' });
    await observed.session.probe!('failing', testCall()).catch(() => undefined);
    const stuck = observed.session.probe!('slow', testCall()).catch(() => undefined);
    const shown = () => observed.client.operations.map(({ device, result }) => [device, result]);
    expect(shown()).toEqual([
      ['device', 'ok'],
      ['failing', 'ECHO_FAILED'],
      ['slow', 'pending'],
    ]);
    expect(observed.client.operations[0]).toMatchObject({ capability: 'probe', correlationId: 'c1' });
    first.transport.close();
    await stuck;
    expect(shown().at(-1)).toEqual(['slow', 'HOST_LOST']);
    await observed.reconnect(startMemoryHost().transport);
    expect(shown()).toEqual([]);
  });
});
