import { temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checks } from './checks/index.js';
import { examine, isWeak } from './examine.js';
import type { DoctorFacts, RunningFacts } from './facts/doctor-facts.js';
import { listeningPorts, processTree } from './facts/listening-ports.js';

let folder: TemporaryDirectory;
const now = new Date();

beforeEach(async () => {
  folder = await temporaryDirectory();
  chmodSync(folder.path, 0o700);
});

afterEach(async () => await folder[Symbol.asyncDispose]());

const running: RunningFacts = {
  pid: process.pid,
  version: '0.1.0',
  bind: '127.0.0.1',
  ports: { admin: 4842 },
  listening: [{ address: '127.0.0.1', port: 4842 }],
  usingStaleConfig: false,
};

function facts(more: Partial<DoctorFacts> = {}): DoctorFacts {
  const own = { home: folder.path, now, version: '0.1.0', homeFormat: 1, env: {}, document: {}, secretsProblem: null };
  return { ...own, running, ...more };
}

async function told(id: string, more: Partial<DoctorFacts> = {}): Promise<string> {
  const [row] = await examine(facts(more), checks.filter((check) => check.id === id)); // prettier-ignore
  expect(row.remedy === null).toBe(row.status === 'ok');
  return `${row.status}: ${row.message}`;
}

const keep = (name: string, content: unknown): void => writeFileSync(join(folder.path, name), JSON.stringify(content), { mode: 0o600 }); // prettier-ignore

it('every check has an id of its own and a row, whatever is missing', async () => {
  const rows = await examine({
    ...facts(),
    document: undefined,
    running: undefined,
    home: join(folder.path, 'nowhere'),
  });
  expect(new Set(rows.map(({ id }) => id)).size).toBe(checks.length);
  expect(rows.filter(({ message }) => message.includes('could not be checked'))).toEqual([]);
  expect(isWeak(rows)).toBe(true);
});

it('a check that throws is a row, and the others are told', async () => {
  const broken = { id: 'broken', run: () => { throw new Error('why'); } }; // prettier-ignore
  const [first, second] = await examine(facts(), [broken, checks[0]]);
  expect([first.status, first.message, second.id]).toEqual(['warn', 'this could not be checked: why', checks[0].id]);
});

describe('what others reach', () => {
  const wide = { ...running, bind: '0.0.0.0' };

  it('the console without TLS beyond this machine is a failure; on it, or with TLS, none', async () => {
    expect(await told('admin-http')).toMatch(/^ok/);
    expect(await told('admin-http', { running: wide })).toMatch(/^fail: .*without TLS on 0\.0\.0\.0/);
    expect(await told('admin-http', { running: wide, document: { tls: { enabled: true } } })).toMatch(/^ok/);
  });

  it('anonymous OPC UA without encryption fails beyond this machine, and warns on it', async () => {
    const document = { opcua: { anonymous: true, securityPolicies: ['None'] } };
    expect(await told('opcua-open')).toMatch(/^ok/);
    expect(await told('opcua-open', { document })).toMatch(/^warn/);
    expect(await told('opcua-open', { document, running: wide })).toMatch(/^fail: .*without encryption/);
    expect(await told('opcua-open', { document: { opcua: { anonymous: true } } })).toMatch(/^warn/);
    expect(await told('opcua-open', { document: { opcua: { ...document.opcua, enabled: false } } })).toMatch(/^ok/);
  });

  it.each([
    [{ mqtt: { url: 'mqtt://127.0.0.1:1883', username: 'u' } }, /^ok/],
    [{ mqtt: { url: 'mqtts://broker:8883', username: 'u' } }, /^ok/],
    [{ mqtt: { url: 'mqtt://broker' } }, /^warn: mqtt:/],
    [{ mqtt: [{ id: 'west', url: 'ws://broker', username: 'u' }] }, /^fail: west: name and password/],
    [{ drivers: [{ id: 'topics', type: 'mqtt', options: { url: 'mqtt://broker' } }] }, /^warn: topics/],
    [{ mqtt: { url: '${env:BROKER}' } }, /^ok/],
  ])('brokers of %j', async (document, said) => {
    expect(await told('mqtt-tls', { document })).toMatch(said);
  });

  it('a Modbus server beyond this machine is said', async () => {
    expect(await told('modbus-server', { document: { modbusServer: {} } })).toMatch(/^ok/);
    expect(await told('modbus-server', { document: { modbusServer: {} }, running: wide })).toMatch(/^warn: .*:1502/);
  });

  it('a port that nothing of the README opens is named', async () => {
    expect(await told('ports')).toMatch(/^ok: open are 4842 \(admin\)/);
    const listening = [...running.listening!, { address: '0.0.0.0', port: 9_999 }];
    expect(await told('ports', { running: { ...running, listening } })).toMatch(/^warn: .*0\.0\.0\.0:9999/);
  });
});

it.runIf(process.platform === 'linux')('sees which ports a process and its children listen on', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  expect(listeningPorts(processTree(process.pid))).toContainEqual({ address: '127.0.0.1', port });
  server.close();
  await once(server, 'close');
  expect(listeningPorts([process.pid])?.some((one) => one.port === port)).toBe(false);
});

describe('who gets in', () => {
  it('no administrator is a warning, an unused set-up token that others reach a failure', async () => {
    expect(await told('accounts')).toMatch(/^warn: there is no local administrator$/);
    keep('tokens.json', { version: 1, tokens: [{ name: 'set-up', usedAt: null }] });
    expect(await told('accounts')).toMatch(/^warn: .*set-up token is not used up/);
    expect(await told('accounts', { running: { ...running, bind: '10.0.0.1' } })).toMatch(/^fail/);
    keep('accounts.json', { version: 1, accounts: [{ name: 'eva', role: 'admin', enabled: true }] });
    expect(await told('accounts')).toMatch(/^ok/);
  });

  it('a home directory that others look into is a failure', async () => {
    expect(await told('home-modes')).toMatch(/^ok/);
    keep('tokens.json', {});
    chmodSync(join(folder.path, 'tokens.json'), 0o644);
    expect(await told('home-modes')).toMatch(/^fail: .*tokens\.json/);
  });

  it('secrets in clear are named by their place, a vault that does not open is a failure', async () => {
    const document = {
      drivers: [{ id: 'd', options: { password: 'canary', keyFile: 'a.pem', token: '${secret:x}' } }],
    };
    expect(await told('secrets', { document })).toBe(
      'warn: secrets stand in the plant document in clear: drivers[0].options.password',
    );
    expect(await told('secrets', { secretsProblem: 'the key is gone' })).toBe('fail: the key is gone');
  });
});

describe('what is missing or about to end', () => {
  it('a backup that was never made, or long ago', async () => {
    expect(await told('backup')).toMatch(/^warn: no backup was ever made/);
    keep('backup.json', { at: new Date(now.getTime() - 8 * 86_400_000).toISOString() });
    expect(await told('backup')).toMatch(/^warn: .*8 days ago/);
    keep('backup.json', { at: now.toISOString() });
    expect(await told('backup')).toMatch(/^ok/);
  });

  it('a certificate that ends soon, or has ended', async () => {
    const certs = join(folder.path, 'pki', 'own', 'certs');
    mkdirSync(certs, { recursive: true });
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60', '-subj', '/CN=gateway', '-keyout', join(folder.path, 'key.pem'), '-out', join(certs, 'own.pem')], { stdio: 'ignore' }); // prettier-ignore
    const after = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
    expect(await told('certificates')).toMatch(/^ok: 1 certificates/);
    expect(await told('certificates', { now: after(41) })).toMatch(/^warn: .*own\.pem ends in 1\d days/);
    expect(await told('certificates', { now: after(61) })).toMatch(/^fail: .*has ended/);
  });

  it('a clock of the past', async () => {
    expect(await told('clock', { now: new Date('2001-01-01') })).toMatch(/^fail/);
    keep('devices.json', {});
    utimesSync(join(folder.path, 'devices.json'), new Date(), new Date(now.getTime() + 3_600_000));
    expect(await told('clock')).toMatch(/^warn: the clock was set back/);
  });

  it('a home directory of a newer version', async () => {
    keep('home.json', { format: 2, version: '9.0.0' });
    expect(await told('home-version')).toMatch(/^fail: .*9\.0\.0/);
  });

  it('a configuration database that is away', async () => {
    expect(await told('configuration', { running: { ...running, usingStaleConfig: true } })).toMatch(/^warn/);
  });

  it('another version that runs', async () => {
    expect(await told('versions', { running: { ...running, version: '0.0.9' } })).toMatch(/^warn: .*0\.0\.9/);
  });
});

it('says how much history there is, since when, and what of it was set aside', async () => {
  expect(await told('history')).toBe('ok: no history is kept');
  for (const name of ['history.2026-11.mdb', 'history.2026-09.mdb', 'history.journal.mdb'])
    keep(name, 'x'.repeat(1_000_000));
  expect(await told('history')).toBe('ok: history takes 3 MiB, since 2026-09');
  keep('history.2026-10.mdb.damaged-2026-11-01', 'x');
  expect(await told('history')).toMatch(/^warn: .*set aside: history\.2026-10\.mdb\.damaged-2026-11-01$/);
});
