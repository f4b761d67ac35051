import { fileURLToPath } from 'node:url';
import { systemClock } from '@fieldwarden/core';
import { collectingLogger, FaultProxy, waitFor, type CollectingLogger } from '@fieldwarden/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noSeal, PostgresServer, samplePlant, samplePublish } from '../testing/index.js';
import { PostgresAuthority } from './postgres-authority.js';

/** What a caller may wait at most here, and what a busy machine may add to it. */
const timeouts = { connectTimeoutMs: 400, readTimeoutMs: 400, writeTimeoutMs: 600 };
const patienceMs = 2 * (timeouts.connectTimeoutMs + timeouts.writeTimeoutMs) + 1_500;

let server: PostgresServer;
let logger: CollectingLogger;
let opened: PostgresAuthority[];

beforeAll(async () => {
  server = await PostgresServer.start();
  await server.enableTls(new URL('tls/', import.meta.url));
});

afterAll(() => server[Symbol.asyncDispose]());

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  logger = collectingLogger();
  opened = [];
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtExceptionMonitor', note);
});

afterEach(async () => {
  await Promise.all(opened.map((authority) => authority.close()));
  process.off('unhandledRejection', note);
  process.off('uncaughtExceptionMonitor', note);
  expect(unhandled).toEqual([]);
});

function connect(url: string): PostgresAuthority {
  const authority = PostgresAuthority.connect({ url, clock: systemClock, logger, ...timeouts });
  opened.push(authority);
  return authority;
}

const away = { code: 'AUTHORITY_UNREACHABLE', kind: 'unreachable' };

/** Fails if it takes longer than the given times allow. */
async function soon<T>(work: Promise<T>): Promise<T> {
  const startedMs = systemClock.monotonicMs();
  try {
    return await work;
  } finally {
    expect(systemClock.monotonicMs() - startedMs).toBeLessThan(patienceMs);
  }
}

describe('a database server that dies (§7.4)', () => {
  it('fails reads and writes at once, and is found again by itself after its restart', async () => {
    const site = connect(await server.database()).site('lab');
    await site.publish(samplePublish(), noSeal);
    await server.kill();
    await expect(soon(site.currentSummary())).rejects.toMatchObject(away);
    await expect(soon(site.publish(samplePublish(), noSeal))).rejects.toMatchObject(away);
    await server.restart();
    expect((await reading(() => site.currentSummary()))?.generation).toBe(1);
    expect((await site.publish(samplePublish(), noSeal)).generation).toBe(2);
  });

  it('publishes nothing when it dies while the snapshot is being sealed', async () => {
    const site = connect(await server.database()).site('lab');
    await site.publish(samplePublish(), noSeal);
    await expect(soon(site.publish(samplePublish(), () => server.kill()))).rejects.toMatchObject(away);
    await server.restart();
    expect(await reading(() => site.generations({ limit: 9 }))).toHaveLength(1);
    expect(await site.audit(9)).toHaveLength(1);
  });
});

describe('a database server that is stopped, SIGSTOP (§7.4)', () => {
  it('never holds up a caller for longer than the given time, and works again when it goes on', async () => {
    const site = connect(await server.database()).site('lab');
    await site.publish(samplePublish(), noSeal);
    await server.pause();
    try {
      const message = expect.stringMatching(/did not answer within \d+ ms/);
      await expect(soon(site.currentSummary())).rejects.toMatchObject({ ...away, message });
      await expect(soon(site.publish(samplePublish(), noSeal))).rejects.toMatchObject({ ...away, message });
      const many = Array.from({ length: 5 }, () => site.currentSummary());
      for (const read of await soon(Promise.allSettled(many))) expect(read).toMatchObject({ reason: away });
    } finally {
      await server.resume();
    }
    expect((await reading(() => site.currentSummary()))?.generation).toBe(1);
  });

  it('leaves an honest error when it stops before it has answered the commit', async () => {
    const site = connect(await server.database()).site('lab');
    await site.publish(samplePublish(), noSeal);
    try {
      const publishing = soon(site.publish(samplePublish(), () => server.pause()));
      await expect(publishing).rejects.toMatchObject({ code: 'AUTHORITY_OUTCOME_UNKNOWN', kind: 'unreachable' });
    } finally {
      await server.resume();
    }
    const kept = await reading(() => site.generations({ limit: 9 }));
    expect(await site.audit(9)).toHaveLength(kept.length);
  });
});

describe('a connection that breaks (§7.4)', () => {
  it('costs at most the call under way, and the next one connects anew', async () => {
    await using proxy = await FaultProxy.listen({ targetPort: server.port });
    const url = new URL(await server.database());
    url.port = String(proxy.port);
    const site = connect(url.href).site('lab');
    await site.publish(samplePublish(), noSeal);
    await site.currentSummary();
    proxy.dropConnections();
    await waitFor(() => proxy.connections === 0, { what: 'the end of the connections' });
    expect((await reading(() => site.currentSummary()))?.generation).toBe(1);

    proxy.halfOpen = true;
    await expect(soon(site.currentSummary())).rejects.toMatchObject(away);
    await expect(soon(site.publish(samplePublish(), noSeal))).rejects.toMatchObject(away);
    await proxy.heal();
    expect((await site.publish(samplePublish(), noSeal)).generation).toBe(2);

    proxy.refuse();
    proxy.dropConnections();
    await expect(soon(site.publish(samplePublish(), noSeal))).rejects.toMatchObject(away);
  });

  it('reads a document of megabytes that comes in slowly, in pieces of any size', async () => {
    await using proxy = await FaultProxy.listen({ targetPort: server.port });
    const url = new URL(await server.database());
    url.port = String(proxy.port);
    const authority = PostgresAuthority.connect({ url: url.href, clock: systemClock, logger });
    opened.push(authority);
    await authority.site('lab').publish(samplePublish({ document: samplePlant({ tags: 50_000 }) }), noSeal);
    Object.assign(proxy.toClient, { delayMs: 5, bytesPerSecond: 4_000_000 });
    expect((await authority.site('lab').current())?.tags).toBe(50_000);
  });
});

describe('a database that refuses or drags (§7.4)', () => {
  it('is read and not written while it is read-only, and says what to do', async () => {
    const url = await server.database();
    await connect(url).site('lab').publish(samplePublish(), noSeal);
    await server.superuser(
      url,
      'alter database current_database set default_transaction_read_only = on'.replace('current_database', nameOf(url)),
    );
    const site = connect(url).site('lab');
    expect((await site.currentSummary())?.generation).toBe(1);
    await expect(site.publish(samplePublish(), noSeal)).rejects.toMatchObject({
      ...away,
      message: expect.stringContaining('name the primary'),
    });
    await server.superuser(
      url,
      `begin; set transaction read write; alter database ${nameOf(url)} reset default_transaction_read_only; commit`,
    );
    expect((await site.publish(samplePublish(), noSeal)).generation).toBe(2);
  });

  it('gives up a publish that a slow trigger holds up, and nothing of it is kept', async () => {
    const url = await server.database();
    const site = connect(url).site('lab');
    await site.publish(samplePublish(), noSeal);
    await server.superuser(url, slowInserts);
    await expect(soon(site.publish(samplePublish(), noSeal))).rejects.toMatchObject(away);
    await server.superuser(url, 'drop trigger slow on fieldwarden.generation');
    expect(await site.generations({ limit: 9 })).toHaveLength(1);
  });

  it('says that the password or the database is wrong, and never shows the password', async () => {
    const url = new URL(await server.database());
    url.password = 'wrong-s3cret';
    const wrong = await errorOf(connect(url.href).site('lab').currentSummary());
    expect(wrong).toMatchObject({ ...away, message: expect.stringContaining('Check user and password') });
    const missing = await errorOf(connect(server.url('nowhere')).site('lab').currentSummary());
    expect(missing).toMatchObject({ ...away, message: expect.stringContaining('Create the database') });
    const shown = JSON.stringify([everything(wrong), everything(missing), logger.records]);
    for (const secret of ['wrong-s3cret', server.password, encodeURIComponent(server.password)])
      expect(shown).not.toContain(secret);
  });

  it('is refused when a newer Fieldwarden has used it', async () => {
    const url = await server.database();
    await connect(url).site('lab').publish(samplePublish(), noSeal);
    await server.superuser(url, 'insert into fieldwarden.migration (version) values (99)');
    await expect(connect(url).site('lab').currentSummary()).rejects.toMatchObject({
      code: 'AUTHORITY_SCHEMA_NEWER',
      kind: 'config',
      message: expect.stringMatching(/version 99.*Update this gateway/),
    });
  });

  it('can be read over TLS with a certificate that the URL trusts, and not with another', async () => {
    const url = await server.database();
    const trusted = `${url}?sslmode=verify-full&sslrootcert=${fileURLToPath(new URL('tls/server-cert.pem', import.meta.url))}`;
    await connect(trusted).site('lab').publish(samplePublish(), noSeal);
    expect((await connect(trusted).site('lab').currentSummary())?.generation).toBe(1);
    await expect(connect(`${url}?sslmode=verify-full`).site('lab').currentSummary()).rejects.toMatchObject({
      ...away,
      message: expect.stringContaining('self-signed certificate'),
    });
    await expect(
      connect(`${url}?sslmode=verify-full&sslrootcert=/nowhere.pem`).site('lab').currentSummary(),
    ).rejects.toMatchObject({
      code: 'AUTHORITY_URL_INVALID',
      message: expect.stringContaining('/nowhere.pem: ENOENT'),
    });
  });

  it('takes no server without TLS for one with it', async () => {
    const url = await server.database();
    await server.reconfigure('ssl', 'off');
    await expect(connect(`${url}?sslmode=verify-full`).site('lab').currentSummary()).rejects.toMatchObject({
      ...away,
      message: expect.stringContaining('does not support SSL'),
    });
    await server.reconfigure('ssl', 'on');
  });
});

const slowInserts = `
  create function fieldwarden.slow() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return new; end $$;
  create trigger slow before insert on fieldwarden.generation for each row execute function fieldwarden.slow()`;

/** A read that may come too early, while the server is starting or going on. */
async function reading<T>(ask: () => Promise<T>): Promise<T> {
  const found = await waitFor(async () => ({ value: await ask() }), { what: 'the database to answer again' });
  return found.value;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    () => new Error('it succeeded'),
    (error: unknown) => error as Error,
  );
}

/** Every text that a logger could find in an error. */
function everything(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const own = Object.fromEntries(
    Object.getOwnPropertyNames(error).map((name) => [name, (error as unknown as Record<string, unknown>)[name]]),
  );
  return { ...own, cause: everything(error.cause) };
}
