import { statusCodes } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { impatient, makeService, startService } from './test-services/start-service.js';

describe('when the Host of a service dies (§16.4)', () => {
  it('by SIGKILL, it is back, with every value', async () => {
    await using observed = await startService();
    const { home, store, ask } = observed;
    store.set(store.handleOf('plant/t0')!, 3);
    const { pid } = home.facts;
    process.kill(pid!, 'SIGKILL');
    await observed.back(1);
    expect(home.facts.pid).not.toBe(pid);
    expect(await ask('read', 'plant/t0')).toEqual(store.read(store.handleOf('plant/t0')!));
    expect(observed.losses).toMatchObject([{ serviceId: 'echo', cause: 'signal', planned: false }]);
    expect(observed.states).toEqual(expect.arrayContaining(['Faulted', 'Reconnecting']));
  });

  it('by a loop, it is killed, and the post-mortem shows where it stood', async () => {
    await using observed = await startService({ supervision: impatient });
    observed.order('hang');
    await observed.back(1);
    const [loss] = observed.losses;
    expect(loss.cause).toBe('hang');
    const record = await observed.supervisor.servicePostMortems.read('echo', loss.postMortemId!);
    expect(record).toMatchObject({ serviceId: 'echo', cause: 'hang', generation: 3 });
    expect(record!.stack).toContain('spinFor');
    expect(record!.operations.at(-1)).toMatchObject({ capability: 'hang', result: 'HOST_LOST' });
    expect(await observed.supervisor.postMortems.list('echo')).toEqual([]);
  });

  it.each([
    ['exit', 3, 'exit', 'exit code 3'],
    ['throw', undefined, 'exit', 'thrown where nobody catches'],
    ['fail', 'my disk is full', 'exit', 'my disk is full'],
    ['garbage', undefined, 'protocol', 'not a frame'],
    ['lie', undefined, 'exit', 'unknown shape'],
    ['allocate', undefined, 'signal', ''],
    ['listen', undefined, 'exit', 'thrown where nobody catches'],
  ] as const)('by %s(%s), the cause is %s', async (command, argument, cause, message) => {
    await using observed = await startService();
    observed.order(command, argument);
    // Told after the request, so that the listener is there by then.
    if (command === 'listen') observed.store.set(observed.store.handleOf('plant/t0')!, 1);
    await observed.back(1);
    expect(observed.losses[0]).toMatchObject({ cause });
    expect(observed.home.facts.lastError!.message).toContain(message);
    expect(observed.home.facts.restarts.crash).toBe(1);
  });

  it('a start that fails is tried again whatever its kind, then only now and then', async () => {
    await using observed = await makeService({ settings: { failStart: 'config' } });
    await waitFor(() => observed.home.facts.crashLoop === 'open', { what: 'the crash loop' });
    expect(observed.losses).toHaveLength(3);
    expect(observed.home.facts).toMatchObject({
      state: 'Faulted',
      reason: 'port 7 is taken',
      lastError: { code: 'PORT_TAKEN', kind: 'config' },
    });
    await observed.home.apply({ failStart: 'no', greeting: 'hello' });
    expect(observed.home.facts).toMatchObject({ state: 'Healthy', crashLoop: 'closed' });
  });

  it('settings that do not fit the schema are refused until they change', async () => {
    await using observed = await makeService({ settings: { surprise: true } });
    expect(observed.home.facts).toMatchObject({ state: 'Faulted', lastCause: 'refused' });
    expect(observed.home.facts.reason).toContain('surprise');
    await observed.home.apply({ failStart: 'no', greeting: 'hello' });
    expect(observed.home.facts.state).toBe('Healthy');
  });

  it('its alarms end with it', async () => {
    await using observed = await startService();
    await observed.ask('raise', 'outbox full');
    expect([...observed.alarms]).toEqual([['raised', 'outbox full']]);
    process.kill(observed.home.facts.pid!, 'SIGKILL');
    await waitFor(() => observed.alarms.size === 0, { what: 'the end of the alarm' });
  });

  it('in the middle of a write, the write is not repeated', async () => {
    const writing = Promise.withResolvers<void>();
    await using observed = await startService({ write: () => writing.promise });
    observed.order('write', { path: 'plant/t0', value: 1 });
    await waitFor(() => observed.writes.length > 0, { what: 'the write' });
    process.kill(observed.home.facts.pid!, 'SIGKILL');
    await observed.back(1);
    writing.resolve();
    expect(await observed.ask('size')).toBe(3);
    expect(observed.writes).toHaveLength(1);
  });

  it('a write that is under way is waited for when it is stopped', async () => {
    const writing = Promise.withResolvers<void>();
    await using observed = await startService({ write: () => writing.promise });
    const written = observed.ask('write', { path: 'plant/t0', value: 1 });
    await waitFor(() => observed.writes.length > 0, { what: 'the write' });
    const stopped = observed.home.stop();
    writing.resolve();
    expect(await written).toEqual([{ outcome: 'done', status: statusCodes.Good }]);
    await stopped;
  });
});

describe('a Host that does not read (§16.4)', () => {
  it('costs the gateway no memory, gets the newest values when it reads again, and what it missed is counted', async () => {
    await using observed = await startService({ tags: 2_000 });
    const { store, home, ask } = observed;
    const handles = Uint32Array.from(store.entries(), ([, handle]) => handle);
    const spinning = ask('spin', 2_500);
    const before = process.memoryUsage().arrayBuffers;
    let rounds = 0;
    while (rounds < 400) {
      for (const handle of handles) store.set(handle, rounds + handle);
      rounds += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // 800,000 changes of 32 bytes were made; what waits is 9 bytes a tag, and what the socket took.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    await spinning;
    await waitFor(async () => ((await ask('read', 'plant/t7')) as { value: number }).value === 399 + handles[7], {
      what: 'the newest value',
    });
    expect(home.facts.conflatedValues).toBeGreaterThan(100_000);
    expect(observed.losses).toEqual([]);
  });
});
