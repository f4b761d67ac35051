import type { AlarmList, EventList, Service, ServiceList, ServicePostMortemList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './gateway-process.js';
import { runCli } from './run-cli.js';

/** The example of the README, as somebody copies it into a folder of their own where nothing is installed. */
const readme = readFileSync(new URL('../../../packages/contracts/service/README.md', import.meta.url), 'utf8');
const example = /```ts\n(import [^]*?)```/.exec(readme)![1];

const withStart = (body: string): string => `import { z } from 'zod';
export default {
  name: 'bad', title: 'Bad', version: '1', section: null, entry: import.meta.url, isolation: 'host', schema: z.strictObject({}),
  create: () => ({
    async start() { ${body} },
    status: () => ({}), health: () => ({ state: 'Healthy' }), stop: async () => undefined,
  }),
};`;

const modules = {
  'acme-outlet.ts': example,
  'throws-at-start.ts': withStart(`throw new Error('libacme.so is missing');`),
  'exits-at-start.ts': withStart(`process.exit(3);`),
  'loops-at-start.ts': withStart(`for (;;);`),
  'throws-at-import.ts': `throw new Error('the licence has run out');`,
  'exits-at-import.ts': `process.exit(0);`,
  'loops-at-import.ts': `for (;;);`,
  'is-none.ts': `export default { name: 'none' };`,
  'has-no-schema.ts': `export default { name: 'none', create: () => ({}) };`,
  'wants-more.ts': `import 'not-installed-anywhere';`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldwarden-acme-'));
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const driver = {
  ...{ id: 'line', type: 'simulator', options: {} },
  devices: [
    {
      id: 'plc',
      tags: [{ path: 'line/count', address: 'ramp?periodMs=10000&amplitude=1000', dataType: 'float64', scanMs: 100 }],
    },
  ],
};

function plantFile(services: readonly object[]): string {
  const file = join(folder, 'plant.yaml');
  writeFileSync(
    file,
    JSON.stringify({ version: 1, site: 'acme', opcua: { enabled: false }, drivers: [driver], services }),
  );
  return file;
}

const outlet = (file: string, more: object = {}): object => ({
  ...{ id: 'acme', use: './acme-outlet.ts', options: { file: join(folder, file) } },
  ...more,
});

const services = async (gateway: GatewayProcess): Promise<readonly Service[]> =>
  (await gateway.get<ServiceList>('/services')).services.filter(({ id }) => id !== 'opcua');

async function serviceIs(gateway: GatewayProcess, id: string, wanted: Partial<Service>): Promise<Service> {
  const what = `service ${id} to be ${JSON.stringify(wanted)}`;
  return await waitFor(
    async () => {
      const service = (await services(gateway)).find((each) => each.id === id);
      return Object.entries(wanted).every(([name, value]) => service?.[name as keyof Service] === value) && service;
    },
    { what, timeoutMs: 20_000 },
  );
}

const lines = (file: string): readonly string[] =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trimEnd().split('\n') : [];

async function grows(file: string): Promise<void> {
  const before = lines(file).length;
  await waitFor(() => lines(file).length > before + 3, { what: `${file} to grow`, timeoutMs: 20_000 });
}

const restartsOf = async (gateway: GatewayProcess, driverId: string): Promise<number> => {
  const { restarts } = await gateway.driver(driverId);
  return restarts.crash + restarts.recycle + restarts.operator;
};

/** Files of this folder that some process still has open. */
function openFiles(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return []; // it has ended, or is not ours
      }
    })
    .filter((path) => path.startsWith(folder));
}

describe('a service of a third party, in a folder of its own (§16.1)', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await GatewayProcess.start(plantFile([outlet('first.txt')]));
    await gateway.driverTurns('line', 'Healthy');
  });
  afterAll(async () => await gateway[Symbol.asyncDispose]());

  it('is thirty lines that append changed tags to a file', async () => {
    expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    const { pid, isolation } = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    expect([isolation, typeof pid]).toEqual(['host', 'number']);
    await grows('first.txt');
    const counts = (): number => lines('first.txt').filter((line) => /^line\/count -?[\d.e-]+ Good$/.test(line)).length;
    await waitFor(() => counts() > 2, { what: 'values of line/count' });
    const { stdout } = await gateway.cli('services', 'describe', 'acme');
    expect(stdout).toMatch(/State +Healthy/);
    expect(stdout).toMatch(/lines +\d+/);
  });

  it('comes back when its process is killed, with a post-mortem; its tags, its log and its events say so', async () => {
    const before = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    process.kill(before.pid!, 'SIGKILL');
    await serviceIs(gateway, 'acme', { state: 'Healthy', restarts: before.restarts + 1 });
    await grows('first.txt');
    const after = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    expect(after.pid).not.toBe(before.pid);
    const { postMortems } = await gateway.get<ServicePostMortemList>('/services/acme/post-mortems');
    expect(postMortems).toMatchObject([{ serviceId: 'acme', cause: 'signal', signal: 'SIGKILL' }]);
    expect((await gateway.cli('services', 'post-mortem', 'acme')).stdout).toMatch(
      /^acme +post-mortem 1 of 1[^]*SIGKILL/,
    );
    expect((await gateway.cli('logs', 'acme')).stdout).toMatch(/\[acme\]/);
    const { events } = await gateway.cliJson<EventList>('events');
    expect(events.filter(({ type, serviceId }) => type === 'service' && serviceId === 'acme').length).toBeGreaterThan(
      1,
    );
    await waitFor(async () => (await gateway.tag('_system/services/acme/pid')).value === after.pid, {
      what: 'its tag',
    });
    expect(await gateway.tag('_system/services/acme/crashes')).toMatchObject({ value: 1, status: 'Good' });
    expect(await restartsOf(gateway, 'line')).toBe(0);
  });

  it('is started anew, and nothing else, when its options are published', async () => {
    const { pid } = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    const published = await gateway.cli('config', 'publish', plantFile([outlet('second.txt')]), '-m', 'another file');
    expect([published.code, published.stderr]).toEqual([0, '']);
    await grows('second.txt');
    expect((await serviceIs(gateway, 'acme', { state: 'Healthy' })).pid).not.toBe(pid);
    expect(openFiles()).toEqual([join(folder, 'second.txt')]);
    expect(await restartsOf(gateway, 'line')).toBe(0);
  });

  it('is gone when it is no longer in the plant: its process, its file, its tags, its alarms', async () => {
    const { pid } = await serviceIs(gateway, 'acme', { state: 'Healthy' });
    const published = await gateway.cli('config', 'publish', plantFile([]), '-m', 'without it');
    expect([published.code, published.stderr]).toEqual([0, '']);
    expect(await services(gateway)).toEqual([]);
    await waitFor(() => openFiles().length === 0 && !existsSync(`/proc/${pid}`), { what: 'its process to be gone' });
    expect(
      (await gateway.ask('GET', `/tags/value?path=${encodeURIComponent('_system/services/acme/state')}`)).status,
    ).toBe(404);
    expect((await gateway.driver('line')).state).toBe('Healthy');
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
      const file = plantFile([{ id: 'bad', use: `./${module}` }]);
      const { code, stdout } = await runCli(['config', 'validate', file, '--json']);
      const { findings } = JSON.parse(stdout) as { findings: { rule: string; path: string; message: string }[] };
      expect([code, findings[0]]).toMatchObject([78, { rule: 'service-not-loaded', path: 'services[0].use' }]);
      expect(findings[0].message).toMatch(reason);
    },
    30_000,
  );

  it('is refused by a gateway that runs, which goes on; mended, it is taken', async () => {
    await using gateway = await GatewayProcess.start(plantFile([]));
    await gateway.driverTurns('line', 'Healthy');
    for (const module of ['exits-at-import.ts', 'loops-at-import.ts']) {
      const { code, stderr } = await gateway.cli(
        'config',
        'publish',
        plantFile([{ id: 'bad', use: `./${module}` }]),
        '-m',
        'x',
      );
      expect([code, stderr]).toEqual([78, expect.stringContaining('could not be loaded')]);
    }
    writeFileSync(join(folder, 'mended.ts'), `throw new Error('not finished');`);
    const file = plantFile([outlet('mended.txt', { use: './mended.ts' })]);
    expect((await gateway.cli('config', 'publish', file, '-m', 'x')).code).toBe(78);
    writeFileSync(join(folder, 'mended.ts'), example);
    const { code, stderr } = await gateway.cli('config', 'publish', file, '-m', 'mended');
    expect([code, stderr]).toEqual([0, '']);
    await grows('mended.txt');
    expect(await restartsOf(gateway, 'line')).toBe(0);
  }, 120_000);
});

describe('services that do not start (§16.3)', () => {
  const bad = (id: string, critical = false): object => ({ id, use: `./${id}.ts`, critical });

  it('are Faulted with the reason, raise an alarm and make the gateway Degraded; driver and other services do not notice', async () => {
    const all = ['throws-at-start', 'exits-at-start', 'loops-at-start'];
    await using gateway = await GatewayProcess.start(plantFile([outlet('beside.txt'), ...all.map((id) => bad(id))]));
    await gateway.driverTurns('line', 'Healthy');
    const reasons = [/libacme\.so is missing/, /exit/, /answer|hang|ready|start/];
    for (const [i, id] of all.entries()) {
      const what = `${id} to be Faulted`;
      const { reason, lastError } = await waitFor(
        async () => (await services(gateway)).find((each) => each.id === id && each.state === 'Faulted'),
        { what, timeoutMs: 90_000 },
      );
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
    await grows('beside.txt');
    expect(await restartsOf(gateway, 'line')).toBe(0);
  }, 180_000);

  it('make the gateway Faulted where the plant calls one critical', async () => {
    await using gateway = await GatewayProcess.start(plantFile([bad('throws-at-start', true)]));
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
