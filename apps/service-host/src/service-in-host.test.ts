import { stat } from 'node:fs/promises';
import { statusCodes } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { makeService, startService } from './test-services/start-service.js';

describe('a service in a Host (§16.4)', () => {
  it('starts with every tag and its value, and hears of changes', async () => {
    await using observed = await makeService();
    const { store, ask } = observed;
    await observed.back(0);
    const handle = store.handleOf('plant/t1')!;
    expect(await ask('size')).toBe(3);
    store.set(handle, 42.5);
    await waitFor(async () => (await ask('seen')) as number, { what: 'the change' });
    expect(await ask('read', 'plant/t1')).toEqual(store.read(handle));
    expect(observed.events).toEqual(['started']);
    expect(observed.logger.records).toContainEqual(
      expect.objectContaining({
        message: 'the service started',
        fields: expect.objectContaining({ serviceId: 'echo' }),
      }),
    );
  });

  it('is told who it is, and has its directory', async () => {
    await using observed = await startService();
    const context = (await observed.ask('context')) as { directory: string };
    expect(context).toEqual({
      serviceId: 'echo',
      gateway: { site: 'plant', version: '0.1.0', bind: '127.0.0.1', port: undefined },
      directory: `${observed.directory}/services/echo`,
      pkiDirectory: `${observed.directory}/pki`,
    });
    expect((await stat(context.directory)).mode & 0o777).toBe(0o700);
  });

  it('its write reaches the road of writes once, and the outcome it', async () => {
    await using observed = await startService();
    const handle = observed.store.handleOf('plant/t2')!;
    expect(await observed.ask('write', { path: 'plant/t2', value: 7 })).toEqual([
      { outcome: 'done', status: statusCodes.Good },
    ]);
    expect(observed.writes).toEqual([{ handle, value: 7 }]);
  });

  it('shows address, status, metrics and memory, and says at once that it is not well', async () => {
    await using observed = await startService();
    const { home } = observed;
    await waitFor(() => home.facts.memoryBytes, { what: 'a pong' });
    expect(home.facts).toMatchObject({
      type: 'misbehaving',
      isolation: 'host',
      state: 'Healthy',
      spawn: 1,
      address: { port: 7, url: 'echo://127.0.0.1:7' },
      detail: { greeting: 'hello' },
      metrics: [{ name: 'echo_changes_total', value: 0 }],
    });
    await observed.ask('ill', 'one client of two');
    expect(home.facts).toMatchObject({ state: 'Degraded', reason: 'one client of two' });
  });

  it('that says of itself what is no JSON, or too much, is Degraded for as long as it does, and its Host goes on', async () => {
    await using observed = await startService();
    const { home } = observed;
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const says of [circular, { bytes: 1n }, { text: 'x'.repeat(100_000) }]) {
      await observed.ask('say', says);
      expect(home.facts).toMatchObject({ state: 'Degraded', detail: {} });
      expect(home.facts.reason).toContain("its status can't be shown as JSON");
    }
    await observed.ask('say', { since: new Date(0) });
    expect(home.facts).toMatchObject({ state: 'Healthy', detail: { since: '1970-01-01T00:00:00.000Z' }, spawn: 1 });
  });

  it('passes the errors of requests on', async () => {
    await using observed = await startService();
    await expect(observed.ask('reject', 'no such page')).rejects.toMatchObject({ message: 'no such page' });
    await expect(observed.ask('unknown')).rejects.toMatchObject({ code: 'NO_SUCH_REQUEST', kind: 'unsupported' });
  });

  it('takes settings over while it runs where it can, and is started anew where it can not', async () => {
    await using observed = await startService();
    const { home } = observed;
    await home.apply({ failStart: 'no', greeting: 'good morning' });
    expect([await observed.ask('settings'), home.facts.spawn]).toEqual([
      { failStart: 'no', greeting: 'good morning' },
      1,
    ]);
    await home.apply({ failStart: 'no', greeting: '' });
    expect([await observed.ask('settings'), home.facts.spawn]).toEqual([{ failStart: 'no', greeting: '' }, 2]);
    expect(observed.losses).toMatchObject([{ cause: 'configuration', planned: true }]);
  });

  it('keeps its records over its processes', async () => {
    await using observed = await startService();
    await observed.ask('remember', ['a', { n: 1n }]);
    await observed.ask('remember', ['b', new Uint8Array([1, 2])]);
    await observed.home.restart();
    expect(await observed.ask('recall')).toEqual([
      ['a', { n: 1n }],
      ['b', new Uint8Array([1, 2])],
    ]);
    expect(observed.home.facts).toMatchObject({ spawn: 2, restarts: { crash: 0, operator: 1 } });
  });

  it('stops in order, and is Stopped', async () => {
    await using observed = await startService();
    const { pid } = observed.home.facts;
    await observed.home.stop();
    expect(observed.home.facts).toMatchObject({ state: 'Stopped', pid: null, address: null, detail: null });
    expect(observed.logger.records.map(({ message }) => message)).toContain('the service stopped');
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
    await expect(observed.ask('seen')).rejects.toMatchObject({ kind: 'unreachable', writeOutcome: 'not-sent' });
  });
});
