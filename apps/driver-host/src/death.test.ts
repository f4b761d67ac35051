import { ValueColumns, type GatewayError } from '@fieldwarden/core';
import { testCall, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { isRunning, makeHost, quickSupervision, startHost, type ObservedHost } from './test-drivers/start-host.js';

const points = [{ path: 'p', address: '42', type: { scalar: 'float64' as const } }];

async function readOne({ session }: ObservedHost, plan = session.prepareRead!('device', points)): Promise<number> {
  const into = new ValueColumns(1);
  await session.read!(plan, into, testCall());
  return into.values[0];
}

describe('a Host that is SIGKILLed (§4.3)', () => {
  it('rejects its pending calls, says that it is down, and comes back with working plans and subscriptions', async () => {
    await using observed = await startHost();
    const { session, host } = observed;
    const plan = session.prepareRead!('device', points);
    expect(await readOne(observed, plan)).toBe(42);
    const pushed: number[] = [];
    const sink = { push: ({ rows }: { rows: Uint32Array }) => void pushed.push(rows[0]), fail: () => undefined };
    await session.subscribe!('device', points, sink, testCall());

    const pending = observed.command('wait');
    await waitFor(() => host.snapshot.pending === 1, { what: 'the call to be under way' });
    process.kill(host.snapshot.pid!, 'SIGKILL');
    await expect(pending).rejects.toMatchObject({ kind: 'host-lost', writeOutcome: 'unknown' });
    expect(await observed.seen('down')).toMatchObject({ spawn: 1, cause: 'signal', signal: 'SIGKILL', exitCode: null });

    await observed.seen('ready', 2);
    expect(host.session).toBe(session);
    expect(await readOne(observed, plan)).toBe(42);
    await waitFor(() => pushed.length === 2, { what: 'the first value of the renewed subscription' });
    expect(host.snapshot).toMatchObject({ state: 'ready', spawn: 2, restarts: { crash: 1, recycle: 0, operator: 0 } });
  });

  it('has failed every call by the time that listeners hear of it', async () => {
    await using observed = await startHost();
    const atDown: { pending: number; state: string }[] = [];
    observed.host.onEvent(({ type }) => {
      const { pending, state } = observed.host.snapshot;
      if (type === 'down') atDown.push({ pending, state });
    });
    observed.order('wait');
    await waitFor(() => observed.host.snapshot.pending === 1, { what: 'the call to be under way' });
    process.kill(observed.host.snapshot.pid!, 'SIGKILL');
    await observed.seen('down');
    expect(atDown).toEqual([{ pending: 0, state: 'backing-off' }]);
  });
});

describe('a driver that throws from a timer (§4.3)', () => {
  it('dies alone and leaves its stack and its last lines', async () => {
    await using bystander = await startHost();
    await using observed = await startHost();
    await observed.command('log:structured');
    await observed.command('print:printed');
    observed.order('throw');
    const down = await observed.seen('down');
    expect(down).toMatchObject({
      cause: 'exit',
      exitCode: 1,
      error: { kind: 'host-lost', cause: { message: 'thrown from a timer' } },
    });
    expect(down.stack).toContain('throwFromTimer');
    expect(down.logTail).toEqual(['structured', 'printed']);
    await observed.seen('ready', 2);
    observed.order('exit:3');
    expect((await observed.seen('down', 2)).logTail).toEqual([]);
    expect(await readOne(bystander)).toBe(42);
    expect(bystander.events.filter(({ type }) => type === 'down')).toEqual([]);
  });
});

describe('a Host whose supervision is changed while it runs (§7.5)', () => {
  it('is pinged and killed by the new settings, in the same process until then', async () => {
    await using observed = await startHost({ supervision: { pingMs: 60_000, suspectMs: 61_000, hangKillMs: 120_000 } });
    const { pid } = observed.host.snapshot;
    observed.host.configure({ supervision: quickSupervision, devices: [{ id: 'device', options: {} }] });
    await waitFor(() => (observed.host.snapshot.roundTripMs ?? 0) > 0, { what: 'a ping long before the old interval' });
    expect(observed.host.snapshot.pid).toBe(pid);
    observed.order('hang');
    expect(await observed.seen('down')).toMatchObject({ spawn: 1, cause: 'hang' });
    await observed.seen('ready', 2);
    expect(await readOne(observed)).toBe(42);
  });
});

describe('a Host whose main thread spins (§4.2)', () => {
  it('is suspected, then killed as hung, with the stack of the loop', async () => {
    await using observed = await startHost();
    const pending = observed.command('hang');
    await observed.seen('suspect');
    await expect(observed.session.probe!('device', testCall())).rejects.toMatchObject({
      kind: 'host-lost',
      writeOutcome: 'not-sent',
    });
    await expect(pending).rejects.toMatchObject({ kind: 'host-lost', writeOutcome: 'unknown' });
    const down = await observed.seen('down');
    expect(down).toMatchObject({ cause: 'hang', signal: 'SIGKILL' });
    expect(down.stack).toMatch(/at spinForEver \(file:.*misbehaving\.js:\d+:\d+\)/);
    await observed.seen('ready', 2);
  });
});

describe('a Host that writes garbage to its channel (§4.1)', () => {
  it('is killed with cause protocol; others do not notice', async () => {
    await using bystander = await startHost();
    await using observed = await startHost();
    const pending = observed.command('garbage') as Promise<unknown>;
    await expect(pending).rejects.toMatchObject({ kind: 'host-lost' });
    expect(await observed.seen('down')).toMatchObject({ cause: 'protocol', error: { cause: { kind: 'protocol' } } });
    await observed.seen('ready', 2);
    expect(await readOne(bystander)).toBe(42);
    expect(bystander.events.map(({ type }) => type)).not.toContain('down');
  });
});

describe('a Host that refuses its configuration (§4.4)', () => {
  it.each([
    ['options that its schema refuses', { unknownField: 1 }, 'DRIVER_OPTIONS'],
    ['options that its open refuses', { failOpen: 'config' }, 'NEVER_WORKS'],
  ])('(%s) exits with 78 and is not started again', async (_what, options, code) => {
    await using observed = makeHost({ options });
    observed.host.start();
    const down = await observed.seen('down');
    expect(down).toMatchObject({ cause: 'refused', exitCode: 78, error: { cause: { code, kind: 'config' } } });
    expect(observed.host.snapshot).toMatchObject({ state: 'refused', nextAttemptAt: null, pid: null });
  });

  it('is tried again when an operator says so', async () => {
    await using observed = makeHost({ options: { failOpen: 'config' } });
    observed.host.start();
    await observed.seen('down');
    await observed.host.restart();
    expect(observed.host.snapshot).toMatchObject({ state: 'refused', spawn: 2, restarts: { operator: 1, crash: 0 } });
  });
});

describe('a Host that fails to start (§4.4)', () => {
  it('three times in a row opens the crash-loop breaker until somebody resets it', async () => {
    await using observed = makeHost({ options: { failOpen: 'throw' } });
    observed.host.start();
    await observed.seen('down', 3);
    expect(observed.host.snapshot).toMatchObject({ state: 'open', crashLoop: 'open', spawn: 3 });
    expect(observed.host.snapshot.lastError).toContain('cannot open');
    observed.host.reset();
    expect(observed.host.snapshot).toMatchObject({ state: 'starting', crashLoop: 'closed' });
  });

  it('within its budget is killed as start-timeout', async () => {
    await using observed = makeHost({ options: { openMs: 60_000 }, supervision: { startBudgetMs: 300 } });
    observed.host.start();
    expect(await observed.seen('down')).toMatchObject({ cause: 'start-timeout', signal: 'SIGKILL' });
  });

  it('for want of the script is a crash like any other', async () => {
    await using observed = makeHost({ hostMain: '/nonexistent/main.js' });
    observed.host.start();
    expect(await observed.seen('down')).toMatchObject({ cause: 'exit', exitCode: 1 });
    expect((await observed.seen('down')).logTail.join('\n')).toContain('Cannot find module');
  });
});

describe('an operator (§4.5)', () => {
  it('stops a Host: calls in flight finish, the process is gone', async () => {
    await using observed = await startHost();
    const pid = observed.host.snapshot.pid!;
    const inFlight = observed.command('slow:100');
    await observed.host.stop();
    await expect(inFlight).resolves.toMatchObject([{ outcome: 'done' }]);
    expect(await isRunning(pid)).toBe(false);
    expect(observed.host.snapshot).toMatchObject({ state: 'stopped', lastCause: 'operator', restarts: { crash: 0 } });
  });

  it('stops even a Host that neither drains nor closes', async () => {
    const supervision = { drainMs: 50, terminateMs: 50 };
    await using observed = await startHost({ options: { ignoreTerminate: true }, supervision });
    observed.order('wait');
    await observed.host.stop();
    expect(await observed.seen('down')).toMatchObject({ cause: 'operator' });
    expect(observed.host.snapshot.state).toBe('stopped');
  });

  it('restarts a Host: the plans go on working (§4.7)', async () => {
    await using observed = await startHost();
    const plan = observed.session.prepareRead!('device', points);
    await observed.host.restart();
    expect(await readOne(observed, plan)).toBe(42);
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', spawn: 2, restarts: { operator: 1, crash: 0 } });
  });

  it('who stops a Host while it starts stops it for good', async () => {
    await using observed = makeHost({ options: { openMs: 60_000 } });
    observed.host.start();
    await observed.host.stop();
    expect(observed.host.snapshot.state).toBe('stopped');
  });
});

describe('what a Host says (§4.8)', () => {
  it('reaches the log of the gateway with driver, spawn and stream', async () => {
    await using observed = await startHost();
    await observed.command('print:to stdout');
    await observed.command('log:through the channel');
    const record = (message: string) =>
      waitFor(() => observed.logger.records.find((r) => r.message === message), { what: `the record ${message}` });
    expect((await record('to stdout')).fields).toMatchObject({ driverId: 'press', spawn: 1, stream: 'stdout' });
    const { fields } = await record('through the channel');
    expect(fields).toMatchObject({
      driverType: 'misbehaving',
      spawn: 1,
      capability: 'write',
      device: 'device',
      detail: 42n,
    });
    expect(fields['correlationId']).toMatch(/^[0-9a-f]{16}$/);
  });

  it('about itself stands in its snapshot', async () => {
    await using observed = await startHost();
    const { host } = observed;
    await readOne(observed);
    await waitFor(() => host.snapshot.progress > 0 && host.snapshot.cpuPercent !== null, { what: 'two pongs' });
    const { memoryBytes, heapUsedBytes, rssBytes, heartbeatMs, upMs, pid } = host.snapshot;
    expect(memoryBytes).toBeGreaterThan(1_000_000);
    expect(memoryBytes).toBeLessThan(rssBytes!);
    expect(heapUsedBytes).toBeGreaterThan(1_000_000);
    expect(heartbeatMs).toBeLessThan(upMs!);
    expect(await isRunning(pid!)).toBe(true);
  });
});

it('rejects with GatewayErrors only, whichever way a Host dies', async () => {
  await using observed = await startHost();
  const errors: GatewayError[] = [];
  for (const text of ['exit:0', 'exit:7', 'throw', 'garbage']) {
    const { spawn } = observed.host.snapshot;
    const calls = ['wait', text].map((each) =>
      observed.command(each).catch((error: unknown) => errors.push(error as GatewayError)),
    );
    await waitFor(() => observed.host.snapshot.spawn > spawn && observed.host.snapshot.state === 'ready', {
      what: 'the next Host',
    });
    await Promise.all(calls);
  }
  expect(errors.every(({ kind }) => kind === 'host-lost')).toBe(true);
  expect(observed.host.snapshot.restarts.crash).toBe(4);
});
