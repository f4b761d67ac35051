import type { AlarmList, EventList, ServicePostMortemList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';
import { AcmeFolder, failing, readmeExample, restartsOf, serviceIs, services } from './acme-folder.js';

let folder: AcmeFolder;
beforeAll(() => (folder = new AcmeFolder()));
afterAll(() => folder[Symbol.dispose]());

describe('a service of a third party, in a folder of its own (§16.1)', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await GatewayProcess.start(folder.plantFile([folder.outlet('first.txt')]));
    await gateway.driverTurns('line', 'Healthy');
  });
  afterAll(async () => await gateway[Symbol.asyncDispose]());

  it('is thirty lines that append changed tags to a file', async () => {
    expect(readmeExample.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    const { pid, isolation } = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    expect([isolation, typeof pid]).toEqual(['host', 'number']);
    await folder.grows('first.txt');
    const counts = (): number =>
      folder.lines('first.txt').filter((line) => /^line\/count -?[\d.e-]+ Good$/.test(line)).length;
    await waitFor(() => counts() > 2, { what: 'values of line/count' });
    const { stdout } = await gateway.cli('services', 'describe', 'acme');
    expect(stdout).toMatch(/State +Healthy/);
    expect(stdout).toMatch(/lines +\d+/);
  });

  it('comes back when its process is killed, with a post-mortem; its tags, its log and its events say so', async () => {
    const before = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    process.kill(before.pid!, 'SIGKILL');
    await serviceIs(gateway, 'acme', { state: 'Healthy', restarts: before.restarts + 1 });
    await folder.grows('first.txt');
    const after = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    expect(after.pid).not.toBe(before.pid);
    const { postMortems } = await gateway.get<ServicePostMortemList>('/services/acme/post-mortems');
    expect(postMortems).toMatchObject([{ serviceId: 'acme', cause: 'signal', signal: 'SIGKILL' }]);
    expect((await gateway.cli('services', 'post-mortem', 'acme')).stdout).toMatch(
      /^acme +post-mortem 1 of 1[^]*SIGKILL/,
    );
    expect((await gateway.cli('logs', 'acme')).stdout).toMatch(/\[acme\]/);
    const { events } = await gateway.cliJson<EventList>('events');
    expect(events.filter((event) => event.type === 'service' && event.serviceId === 'acme').length).toBeGreaterThan(1);
    await waitFor(async () => (await gateway.tag('_system/services/acme/pid')).value === after.pid, {
      what: 'its tag',
    });
    expect(await gateway.tag('_system/services/acme/crashes')).toMatchObject({ value: 1, status: 'Good' });
    expect(await restartsOf(gateway, 'line')).toBe(0);
  });

  it('is started anew, and nothing else, when its options are published', async () => {
    const { pid } = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    const published = await gateway.cli(
      'config',
      'publish',
      folder.plantFile([folder.outlet('second.txt')]),
      '-m',
      'another file',
    );
    expect([published.code, published.stderr]).toEqual([0, '']);
    await folder.grows('second.txt');
    expect((await serviceIs(gateway, 'acme', { state: 'Healthy' })).pid).not.toBe(pid);
    expect(folder.openFiles()).toEqual([folder.file('second.txt')]);
    expect(await restartsOf(gateway, 'line')).toBe(0);
  });

  it('is gone when it is no longer in the plant: its process, its file, its tags, its alarms', async () => {
    const { pid } = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    const published = await gateway.cli('config', 'publish', folder.plantFile([]), '-m', 'without it');
    expect([published.code, published.stderr]).toEqual([0, '']);
    expect(await services(gateway)).toEqual([]);
    await waitFor(() => folder.openFiles().length === 0 && !existsSync(`/proc/${pid}`), {
      what: 'its process to be gone',
    });
    expect(
      (await gateway.ask('GET', `/tags/value?path=${encodeURIComponent('_system/services/acme/state')}`)).status,
    ).toBe(404);
    expect((await gateway.driver('line')).state).toBe('Healthy');
  });

  it('that never starts holds no publish up, and is gone at once when it is taken out', async () => {
    const added = await gateway.cli('config', 'publish', folder.plantFile([failing('never-starts')]), '-m', 'with it');
    expect([added.code, added.stderr]).toEqual([0, '']);
    // Its start budget would make another of it.
    const { pid, spawn } = await serviceIs(gateway, 'never-starts', { state: 'Initializing' });
    expect(spawn).toBe(1);
    const removed = await gateway.cli('config', 'publish', folder.plantFile([]), '-m', 'without it');
    expect([removed.code, removed.stderr]).toEqual([0, '']);
    expect(await services(gateway)).toEqual([]);
    await waitFor(() => !existsSync(`/proc/${pid}`), { what: 'its process to be gone' });
  });
});

describe('a module that is no service (§16.3)', () => {
  it.each([
    ['throws-at-import.ts', /could not be loaded: the licence has run out/],
    ['exits-at-import.ts', /could not be loaded: it ends the process when it is imported/],
    ['loops-at-import.ts', /could not be loaded: importing it did not come to an end/],
    ['is-none.ts', /has no service as its default export/],
    ['has-no-schema.ts', /has no zod schema/],
    ['wants-more.ts', /Cannot find package 'not-installed-anywhere'/],
    ['missing.ts', /could not be loaded/],
  ])(
    'is a finding with the reason, also where a gateway runs already: %s',
    async (module, reason) => {
      const file = folder.plantFile([{ id: 'bad', use: `./${module}` }]);
      const { code, stdout } = await runCli(['config', 'validate', file, '--json']);
      const { findings } = JSON.parse(stdout) as { findings: { rule: string; path: string; message: string }[] };
      expect([code, findings[0]]).toMatchObject([78, { rule: 'service-not-loaded', path: 'services[0].use' }]);
      expect(findings[0].message).toMatch(reason);
    },
    30_000,
  );

  it('is refused by a gateway that runs, which goes on; mended, it is taken', async () => {
    await using gateway = await GatewayProcess.start(folder.plantFile([]));
    await gateway.driverTurns('line', 'Healthy');
    for (const module of ['exits-at-import.ts', 'loops-at-import.ts']) {
      const { code, stderr } = await gateway.cli(
        'config',
        'publish',
        folder.plantFile([{ id: 'bad', use: `./${module}` }]),
        '-m',
        'x',
      );
      expect([code, stderr]).toEqual([78, expect.stringContaining('could not be loaded')]);
    }
    folder.write('mended.ts', `throw new Error('not finished');`);
    const file = folder.plantFile([folder.outlet('mended.txt', { use: './mended.ts' })]);
    expect((await gateway.cli('config', 'publish', file, '-m', 'x')).code).toBe(78);
    folder.write('mended.ts', readmeExample);
    const { code, stderr } = await gateway.cli('config', 'publish', file, '-m', 'mended');
    expect([code, stderr]).toEqual([0, '']);
    await folder.grows('mended.txt');
    expect(await restartsOf(gateway, 'line')).toBe(0);
  }, 120_000);
});

describe('a module that is broken after it was published (§16.4)', () => {
  it('costs its service, not the start of the gateway; mended, it is loaded anew', async () => {
    const first = await GatewayProcess.start(folder.plantFile([folder.outlet('last.txt')]));
    await serviceIs(first, 'acme', { state: 'Healthy' });
    await first.stop();
    folder.write('acme-outlet.ts', 'export default {');
    await using second = await GatewayProcess.launch({ home: first.home });
    await second.driverTurns('line', 'Healthy');
    expect((await serviceIs(second, 'acme', { state: 'Faulted' })).reason).toContain('could not be loaded');
    await waitFor(
      async () =>
        (await second.get<AlarmList>('/alarms')).alarms.some(({ conditionId }) =>
          conditionId.startsWith('service-faulted'),
        ),
      { what: 'its alarm' },
    );
    expect((await second.cli('services', 'describe', 'acme')).stdout).toContain('fieldwarden services restart acme');
    folder.write('acme-outlet.ts', readmeExample);
    await second.cli('services', 'restart', 'acme');
    await serviceIs(second, 'acme', { state: 'Healthy' });
    await folder.grows('last.txt');
  });
});

describe('services that do not start (§16.3)', () => {
  it('are Faulted with the reason, raise an alarm and make the gateway Degraded; driver and other services do not notice', async () => {
    const all = ['throws-at-start', 'exits-at-start'];
    await using gateway = await GatewayProcess.start(
      folder.plantFile([folder.outlet('beside.txt'), ...all.map((id) => failing(id))]),
    );
    await gateway.driverTurns('line', 'Healthy');
    const reasons = [/libacme\.so is missing/, /exit/];
    for (const [i, id] of all.entries()) {
      const { reason, lastError } = await serviceIs(gateway, id, { state: 'Faulted' });
      expect(reason).toMatch(reasons[i]);
      expect(lastError?.message).toBe(reason);
    }
    const alarmed = (await gateway.get<AlarmList>('/alarms')).alarms.filter(({ conditionId }) =>
      conditionId.startsWith('service-faulted'),
    );
    expect(alarmed.map((row) => row.message).join()).toMatch(/throws-at-start/);
    const { status, text } = await gateway.health('/readyz');
    const verdict = JSON.parse(text) as { verdict: string; services: { id: string; state: string }[] };
    expect([status, verdict.verdict]).toEqual([200, 'Degraded']);
    expect(verdict.services.find(({ id }) => id === 'acme')).toMatchObject({ state: 'Healthy' });
    await folder.grows('beside.txt');
    expect(await restartsOf(gateway, 'line')).toBe(0);
  });

  it('make the gateway Faulted where the plant calls one critical', async () => {
    await using gateway = await GatewayProcess.start(folder.plantFile([failing('throws-at-start', true)]));
    await serviceIs(gateway, 'throws-at-start', { state: 'Faulted' });
    await waitFor(async () => await isNotReady(gateway), { what: 'a verdict Faulted with status 503' });
    expect((await gateway.driver('line')).state).toBe('Healthy');
  });
});

/** At an instant: while it is tried again it is Reconnecting, which keeps no gateway from being ready. */
async function isNotReady(gateway: GatewayProcess): Promise<boolean> {
  const { status, text } = await gateway.health('/readyz');
  return status === 503 && (JSON.parse(text) as { verdict: string }).verdict === 'Faulted';
}
