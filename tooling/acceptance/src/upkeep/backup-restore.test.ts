import type { AuditRow, DoctorAnswer, EventList, RestoreAnswer } from '@fieldwarden/admin-contract';
import { temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';

const plant = (tags: number): object => ({
  version: 1,
  site: 'kept',
  opcua: { enabled: false },
  drivers: [
    {
      id: 'sim',
      type: 'simulator',
      devices: [
        {
          id: 'plc',
          tags: Array.from({ length: tags }, (_, i) => ({
            path: `kept/t${i}`,
            address: 'memory',
            dataType: 'float64',
            access: 'read-write',
          })),
        },
      ],
    },
    {
      id: 'broker',
      type: 'mqtt',
      options: { url: 'mqtt://127.0.0.1:1', username: 'u', password: '${secret:broker}' },
      devices: [{ id: 'topics', tags: [{ path: 'kept/topic', address: 'a/b', dataType: 'float64' }] }],
    },
  ],
});

let folder: TemporaryDirectory;
let first: GatewayProcess;
let token: string;
let lastSeq: number;
const passphrase = 'correct horse battery';
const eva = { name: 'eva', password: 'four words are enough', role: 'admin' };
const at = (name: string): string => join(folder.path, name);

const cli = async (...args: readonly string[]) => await runCli(args);
const restore = async (file: string, home: string, ...args: readonly string[]) =>
  await cli('restore', file, '--home', home, '--passphrase-file', at('passphrase'), ...args);

beforeAll(async () => {
  folder = await temporaryDirectory();
  writeFileSync(at('passphrase'), `${passphrase}\n`);
  writeFileSync(at('value'), 'word-of-the-broker\n');
  mkdirSync(at('home'), { mode: 0o700 });
  const refused = await cli('config', 'validate', planted(), '--home', at('home'));
  expect([refused.code, refused.stdout]).toEqual([78, expect.stringContaining('set it with: fieldwarden secrets set broker')]); // prettier-ignore
  expect((await cli('secrets', 'set', 'broker', '--value-file', at('value'), '--home', at('home'))).code).toBe(0);
  first = await GatewayProcess.start(plant(1), {}, at('home'));
  writeFileSync(at('plant.yaml'), JSON.stringify(plant(3)));
  await first.cliJson('config', 'publish', at('plant.yaml'), '-m', 'two more');
  token = (await first.cliJson<{ token: string }>('tokens', 'create', 'scada')).token;
  expect((await first.ask('POST', '/users', eva)).status).toBeLessThan(300);
  await first.driverTurns('sim', 'Healthy');
  lastSeq = Math.max(...(await first.get<EventList>('/drivers/sim/events')).events.map(({ seq }) => seq));
  expect((await first.cli('backup', at('backup'), '--passphrase-file', at('passphrase'))).code).toBe(0);
}, 120_000);

function planted(): string {
  writeFileSync(at('plant.yaml'), JSON.stringify(plant(1)));
  return at('plant.yaml');
}

afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

it('a gateway that is brought back on an empty machine is the one that it was (§13.5)', async () => {
  const { code, stdout } = await restore(at('backup'), at('new'));
  expect([code, stdout]).toEqual([0, expect.stringContaining('of kept, made')]);
  const verified = await cli('audit', '--verify', '--home', at('new'));
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('each as it was written')]);
  expect(auditOf(at('new')).at(-1)).toMatchObject({
    user: userInfo().username,
    via: 'command',
    action: 'restore',
    subject: 'home directory',
    after: { site: 'kept' },
    outcome: 'done',
  });
  await using second = await GatewayProcess.launch({ home: at('new') });
  await second.driverTurns('sim', 'Healthy');
  const { generations } = await second.get<{ generations: readonly { generation: number; message: string }[] }>('/config/generations'); // prettier-ignore
  expect(generations.map(({ generation, message }) => [generation, message])).toMatchObject([[2, 'two more'], [1, expect.anything()]]); // prettier-ignore
  expect((await second.get<{ total: number }>('/tags?prefix=kept/')).total).toBe(4);
  expect(await second.write('kept/t2', 5)).toMatchObject({ outcome: 'done' });
  const url = `http://127.0.0.1:${second.port('Admin API')}`;
  expect((await runCli(['status', '--url', url], { FIELDWARDEN_TOKEN: token })).code).toBe(0);
  const signedIn = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: eva.name, password: eva.password }),
  });
  expect([signedIn.status, await signedIn.json()]).toMatchObject([
    200,
    { authenticated: true, name: 'eva', roles: ['admin'] },
  ]);
  expect(await second.get('/audit/verify')).toMatchObject({ ok: true });
  const told = auditOf(at('new')).map(({ action }) => action);
  expect(told.slice(told.lastIndexOf('restore'))).toContain('start');
  expect((await second.driver('broker')).lastError?.code).not.toBe('SECRET_MISSING');
  expect(await second.get('/secrets')).toMatchObject({ secrets: [{ name: 'broker', problem: null }], problem: null });
  await waitFor(async () => (await second.get<EventList>('/drivers/sim/events')).events.length > 0, { what: 'an event' }); // prettier-ignore
  const { events } = await second.get<EventList>('/drivers/sim/events');
  expect(Math.min(...events.map(({ seq }) => seq))).toBeGreaterThan(lastSeq);
}, 120_000);

it('a wrong passphrase, a cut file, a flipped byte and a newer file are said, and change nothing', async () => {
  const bytes = readFileSync(at('backup'));
  writeFileSync(at('wrong'), 'another passphrase');
  writeFileSync(at('cut'), bytes.subarray(0, bytes.length - 100));
  const flipped = Buffer.from(bytes);
  flipped[flipped.length >> 1] ^= 1;
  writeFileSync(at('flipped'), flipped);
  const wrong = await cli('restore', at('backup'), '--home', at('empty'), '--passphrase-file', at('wrong'));
  const without = await cli('restore', at('backup'), '--home', at('empty'));
  const outcomes = [wrong, without, await restore(at('cut'), at('empty')), await restore(at('flipped'), at('empty'))];
  expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  const said = ['is not that of this backup', '--passphrase-file', 'cut off', 'damaged'];
  outcomes.forEach(({ stderr }, i) => expect(stderr).toContain(said[i]));
  expect(readdirSync(folder.path)).not.toContain('empty');
  const running = await restore(at('flipped'), first.home, '--yes');
  expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('damaged')]);
  expect(readdirSync(first.home).filter((name) => name.startsWith('.rest'))).toEqual([]);
}, 120_000);

it('refuses a home directory that is not empty until it is told to set it aside', async () => {
  mkdirSync(at('taken'), { mode: 0o700 });
  writeFileSync(join(at('taken'), 'tokens.json'), 'former');
  const refused = await restore(at('backup'), at('taken'));
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/is not empty \(tokens\.json\).*--yes/s)]);
  expect((await restore(at('backup'), at('taken'), '--yes')).code).toBe(0);
  const aside = readdirSync(at('taken')).find((name) => name.startsWith('before-restore-'))!;
  expect(readFileSync(join(at('taken'), aside, 'tokens.json'), 'utf8')).toBe('former');
  const again = await cli('backup', at('second'), '--home', at('taken'), '--json');
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([0, { site: 'kept', encrypted: false }]);
}, 120_000);

it('a gateway that runs takes a backup at its next start, and not before', async () => {
  expect((await first.cli('config', 'rollback', '1')).code).toBe(0);
  const looked = await uploaded('/restore');
  expect(looked).toMatchObject({ staged: false, site: 'kept', encrypted: true });
  expect(await uploaded('/restore?confirm=true')).toMatchObject({ staged: true });
  expect((await first.status()).generation).toBe(3);
  await first.stop();
  first = await GatewayProcess.launch({ home: first.home });
  expect((await first.status()).generation).toBe(2);
  expect((await first.cli('logs', '-n', '200')).stdout).toContain('a backup was brought back into');
  expect(auditOf(first.home).findLast(({ action }) => action === 'restore')).toMatchObject({
    via: 'gateway',
    after: { setAside: expect.stringContaining('before-restore-') as string },
  });
  expect((await first.cli('audit', '--verify')).code).toBe(0);
  const aside = readdirSync(first.home).filter((name) => name.startsWith('before-restore-'));
  expect(aside).toHaveLength(1);
  rmSync(join(first.home, aside[0]), { recursive: true });
}, 120_000);

it('doctor tells each weakness with its remedy, with and without a gateway; 1 while there is one', async () => {
  const running = await first.cli('doctor', '--json');
  await cli('restore', at('backup'), '--home', at('resting'), '--passphrase-file', at('passphrase'));
  const resting = await cli('doctor', '--json', '--home', at('resting'));
  expect([running.code, resting.code]).toEqual([1, 1]);
  for (const { stdout } of [running, resting]) {
    const { schema, checks } = JSON.parse(stdout) as DoctorAnswer;
    expect([schema, checks.length]).toEqual(['fieldwarden/doctor@1', expect.any(Number)]);
    for (const { status, remedy } of checks) expect(remedy === null).toBe(status === 'ok');
    const byId = new Map(checks.map((check) => [check.id, check]));
    expect(byId.get('accounts')).toMatchObject({ status: 'ok' });
    expect(byId.get('backup')).toMatchObject({ status: 'warn' });
    expect(byId.get('ports')).toMatchObject({ status: 'ok' });
    expect(byId.get('secrets')).toMatchObject({ status: 'ok' });
  }
  expect((await first.cli('doctor')).stdout).toMatch(/^! backup .*\n +→ .*fieldwarden backup FILE/m);
}, 120_000);

function auditOf(home: string): readonly AuditRow[] {
  const lines = readFileSync(join(home, 'audit.log'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as AuditRow);
}

async function uploaded(path: string): Promise<RestoreAnswer> {
  const headers = { 'content-type': 'application/octet-stream', 'x-fieldwarden-passphrase': encodeURIComponent(passphrase) }; // prettier-ignore
  return await new Promise((resolve, reject) => {
    const asked = request({ method: 'POST', socketPath: join(first.home, 'admin.sock'), path: `/api/v1${path}`, headers }, (answer) => void text(answer).then((json) => resolve(JSON.parse(json) as RestoreAnswer), reject)); // prettier-ignore
    asked.on('error', reject);
    asked.end(readFileSync(at('backup')));
  });
}
