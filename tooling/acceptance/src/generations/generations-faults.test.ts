import { mayMount, SmallDisk, temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess, type GatewayLaunch } from '../processes/gateway-process.js';
import { GatewayRefused } from '../processes/gateway-refused.js';
import { configurationEvents, GenerationRequests } from './generation-requests.js';
import { numberedPlant, runningNumbers } from './numbered-plant.js';

const snapshots = (home: string): string => join(home, 'config', 'numbers');

async function currentOf(home: string): Promise<number> {
  return Number((await readFile(join(snapshots(home), 'CURRENT'), 'utf8')).split(' ')[0]);
}

/** Exit code and text of a start that must fail. */
async function refusedStart(launch: GatewayLaunch): Promise<GatewayRefused> {
  try {
    await using _gateway = await GatewayProcess.launch(launch);
  } catch (error) {
    if (error instanceof GatewayRefused) return error;
    throw error;
  }
  throw new Error('the gateway started');
}

describe('a start on damaged files (§7.3)', () => {
  let directory: TemporaryDirectory;
  let home: string;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    home = directory.path;
    await using gateway = await GatewayProcess.launch({ plant: numberedPlant(1) });
    const config = new GenerationRequests(gateway);
    await config.published(numberedPlant(2));
    await gateway.stop();
    await copyTree(gateway.home, home);
  });

  afterAll(() => directory[Symbol.asyncDispose]());

  it.each([
    ['a byte of CURRENT', 'CURRENT', flip],
    ['a byte of the manifest', '2.json', flip],
    ['a byte of the snapshot', '2.mdb', flip],
    ['the end of CURRENT', 'CURRENT', cut],
    ['the end of the manifest', '2.json', cut],
    ['the end of the snapshot', '2.mdb', cut],
    ['all of the snapshot', '2.mdb', unlink],
    ['a regular file: a link to an intact copy', '2.mdb', link],
  ] as const)('lacking %s is refused with 78, the file and the remedy; with a plant file, too', async (_what, name, damage) => {
    const file = join(snapshots(home), name);
    await withDamage(file, damage, async () => {
      for (const more of damage === flip ? [{}, { plant: numberedPlant(2) }] : [{}]) {
        const { code, output } = await refusedStart({ home, ...more });
        expect(code).toBe(78);
        expect(output).toContain(file);
        expect(output).toMatch(/fieldwarden up --generation [12]/);
      }
    });
  }); // prettier-ignore

  it('an older sealed generation runs only when the operator says so, is held, and a publish ends that', async () => {
    await withDamage(join(snapshots(home), '2.mdb'), flip, async () => {
      const copy = `${home}-copy`;
      await copyTree(home, copy);
      await using gateway = await GatewayProcess.launch({ home: copy, args: ['--generation', '1'] });
      expect(await runningNumbers(gateway)).toEqual([1]);
      expect(await gateway.status()).toMatchObject({
        generation: 1,
        config: { held: { reason: expect.stringContaining('by hand') } },
      });
      expect((await configurationEvents(gateway)).filter(({ type }) => type === 'alarm')).toMatchObject([
        { data: { active: true } },
      ]);
      const config = new GenerationRequests(gateway);
      expect(await config.published(numberedPlant(3))).toBe(3);
      expect((await gateway.status()).config?.held).toBeNull();
      await gateway.stop();
      await using next = await GatewayProcess.launch({ home: copy });
      expect(await runningNumbers(next)).toEqual([3]);
    });
  });

  it('of the authority runs what is sealed, marked stale, and refuses to publish', async () => {
    await withDamage(join(home, 'authority.mdb'), stub, async () => {
      const copy = `${home}-stale`;
      await copyTree(home, copy);
      await using gateway = await GatewayProcess.launch({ home: copy });
      expect(await runningNumbers(gateway)).toEqual([2]);
      expect(await gateway.status()).toMatchObject({ generation: 2, usingStaleConfig: true, authority: 'embedded' });
      const refused = await new GenerationRequests(gateway).publish(numberedPlant(3));
      expect(refused).toMatchObject({ status: 503, body: { code: 'AUTHORITY_DAMAGED' } });
      expect(refused.body.detail).toContain('authority.mdb');
      expect(await runningNumbers(gateway)).toEqual([2]);
    });
  });

  it('whose pointer was removed is sealed anew from the authority', async () => {
    const copy = `${home}-anew`;
    await copyTree(home, copy);
    await rm(join(snapshots(copy), 'CURRENT'), { force: true });
    await using gateway = await GatewayProcess.launch({ home: copy });
    expect(await runningNumbers(gateway)).toEqual([2]);
    expect(await currentOf(copy)).toBe(2);
  });

  it('says that there is no such generation', async () => {
    const { code, output } = await refusedStart({ home, args: ['--generation', '9'] });
    expect(code).toBe(78);
    expect(output).toContain('9.json');
  });
});

describe(
  mayMount() ? 'a disk that takes nothing (§7.3)' : 'a disk that takes nothing (§7.3): needs the right to mount',
  () => {
    it.runIf(mayMount())(
      'that is full refuses the publish, and what runs goes on; with room it is published',
      async () => {
        await using directory = await temporaryDirectory();
        const home = join(directory.path, 'disk');
        using _disk = new SmallDisk(home, '24m');
        const gateway = await GatewayProcess.launch({ home, plant: numberedPlant(1) });
        try {
          const config = new GenerationRequests(gateway);
          const ballast = join(home, 'ballast');
          fill(ballast);
          const refused = await config.publish(numberedPlant(2));
          expect(refused.status).toBeGreaterThanOrEqual(500);
          expect(await runningNumbers(gateway)).toEqual([1]);
          expect((await gateway.health('/livez')).status).toBe(200);
          await rm(ballast);
          expect(await config.published(numberedPlant(2))).toBeGreaterThan(1);
          expect(await runningNumbers(gateway)).toEqual([2]);
        } finally {
          await gateway.kill();
        }
        const next = await GatewayProcess.launch({ home });
        expect(await runningNumbers(next)).toEqual([2]);
        await next.kill();
      },
    );

    it.runIf(mayMount())(
      'that is read-only runs what is sealed, publishes nothing, and is left as it was',
      async () => {
        await using directory = await temporaryDirectory();
        const home = join(directory.path, 'disk');
        using disk = new SmallDisk(home, '24m');
        const gateway = await GatewayProcess.launch({ home, plant: numberedPlant(1) });
        const token = (await gateway.cli('tokens', 'create', 'scada', '--role', 'admin')).stdout.trim();
        await gateway.stop();
        disk.remount('ro');
        const dark = await GatewayProcess.launch({ home, withoutRunFile: true });
        const api = `http://127.0.0.1:${dark.port('Admin API')}/api/v1`;
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        expect(await (await fetch(`${api}/status`, { headers })).json()).toMatchObject({
          generation: 1,
          usingStaleConfig: true,
        });
        const body = JSON.stringify({ message: 'no', document: numberedPlant(2) });
        expect((await fetch(`${api}/config/publish`, { method: 'POST', headers, body })).status).toBe(503);
        const { status, text } = await dark.health('/readyz');
        expect([status, JSON.parse(text)]).toMatchObject([200, { verdict: 'Degraded' }]);
        expect(JSON.parse(text)).toMatchObject({
          concerns: expect.arrayContaining([
            { code: 'disk-not-written', message: expect.any(String) as string },
          ]) as unknown,
        });
        await dark.kill();
        disk.remount('rw');
        const next = await GatewayProcess.launch({ home });
        expect(await runningNumbers(next)).toEqual([1]);
        await next.kill();
      },
    );
  },
);

describe('up --watch (§7.5)', () => {
  it('publishes what the file says whenever that is good, and keeps the last good one otherwise', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'plant.yaml');
    const text = (number: number): string => JSON.stringify(numberedPlant(number));
    await writeFile(file, text(1));
    await using gateway = await GatewayProcess.launch({ plant: file, args: ['--watch'] });
    const runs = async (number: number): Promise<void> => {
      const isIt = async (): Promise<boolean> => (await runningNumbers(gateway)).join() === String(number);
      await waitFor(isIt, { what: `plant ${number}`, timeoutMs: 15_000, intervalMs: 25 });
    };
    const says = async (what: string): Promise<void> => {
      const isSaid = async (): Promise<boolean> => (await gateway.cli('logs', '-n', '100')).stdout.includes(what);
      await waitFor(isSaid, { what: `"${what}" in the log`, timeoutMs: 15_000, intervalMs: 100 });
    };
    await runs(1);
    await writeFile(file, text(2));
    await runs(2);
    await writeFile(`${file}.new`, text(3));
    await rename(`${file}.new`, file);
    await runs(3);
    await unlink(file);
    await says('ENOENT');
    await mkdir(file);
    await says('EISDIR');
    await rm(file, { recursive: true });
    await writeFile(file, text(4).replace('simulator', 'simulant'));
    await says('simulant');
    await writeFile(file, '{ "version": 1, ');
    await says('line 1');
    expect(await runningNumbers(gateway)).toEqual([3]);
    await writeFile(file, text(4));
    await runs(4);
    const rows = await new GenerationRequests(gateway).list();
    expect(rows.map(({ generation, author }) => [generation, author])).toEqual(
      [4, 3, 2, 1].map((n) => [n, 'plant file']),
    );
  });

  it('a second start with the same file makes no new generation', async () => {
    await using directory = await temporaryDirectory();
    const home = directory.path;
    const first = await GatewayProcess.launch({ home, plant: numberedPlant(1) });
    await first.stop();
    const second = await GatewayProcess.launch({ home, plant: numberedPlant(1) });
    expect(await new GenerationRequests(second).list()).toMatchObject([{ generation: 1 }]);
    await second.stop();
    await using third = await GatewayProcess.launch({ home, plant: numberedPlant(2) });
    expect(await third.status()).toMatchObject({ generation: 2 });
  });
});

/** The damage is undone afterwards. */
async function withDamage(
  file: string,
  damage: (file: string) => Promise<unknown>,
  act: () => Promise<void>,
): Promise<void> {
  const copy = `${file}.intact`;
  await copyFile(file, copy);
  const { mode } = await stat(file);
  await chmod(file, 0o600);
  try {
    await damage(file);
    await act();
  } finally {
    await rm(file, { force: true });
    await rename(copy, file);
    await chmod(file, mode);
  }
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[Math.floor(Math.random() * bytes.length)] ^= 0x10;
  await writeFile(file, bytes);
}

async function cut(file: string): Promise<void> {
  await truncate(file, Math.floor((await stat(file)).size * Math.random()));
}

/** Less than the first two pages of LMDB. */
async function stub(file: string): Promise<void> {
  await truncate(file, 5_000);
}

async function link(file: string): Promise<void> {
  await unlink(file);
  await symlink(`${file}.intact`, file);
}

/** Until nothing goes in any more. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  const zeros = Buffer.alloc(4096);
  try {
    for (;;) writeSync(descriptor, zeros);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
}
