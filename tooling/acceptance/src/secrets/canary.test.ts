import type { PostMortemList } from '@fieldwarden/admin-contract';
import { readBackup } from '@fieldwarden/backup';
import { temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { createReadStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OpcuaReader } from '../opcua-reader.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';
import { leakyDriver } from './leaky-driver.js';

/** No text of the gateway or of this machine has them by chance. */
const fromEnvironment = 'canary-7f3a"quoted\\environment';
const fromFile = 'canary-19c2-of-a-file';
const host = 'canary-55e0.invalid';
const fromVault = 'canary-3b88-of-the-vault';

/** As each may be written: plain, within JSON. */
/** A value of a reference that is a name in clear, too: a host called like its driver. */
const name = 'plc7';

const canaries = [fromEnvironment, fromFile, host, fromVault].flatMap((text) => [
  text,
  JSON.stringify(text).slice(1, -1),
]);
const marks = /canary-(?:7f3a|19c2|55e0|3b88)/;

let folder: TemporaryDirectory;
let gateway: GatewayProcess;

const tag = (path: string): object => ({ path, address: 'a', dataType: 'int16', scanMs: 100, access: 'read-write' });

function leaky(id: string, how: string, secret: string): object {
  const resilience = { read: { timeoutMs: 500, retries: 0 } };
  return {
    id,
    type: './leaky.mjs',
    options: { secret, how },
    resilience,
    devices: [{ id: 'plc', tags: [tag(`${id}/a`)] }],
  };
}

function plant(): object {
  return {
    version: 1,
    site: 'canary',
    logging: { level: 'debug', json: true },
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      {
        id: name,
        type: 'modbus',
        options: { host: '${env:PLANT_NAME}', timeoutMs: 200 },
        devices: [
          { id: 'plc', options: { unitId: 1 }, tags: [{ path: `${name}/a`, address: 'HR0', dataType: 'int16' }] },
        ],
      },
      {
        id: 'echo',
        type: 'simulator',
        devices: [
          { id: 'plc', tags: [{ path: 'echo/text', address: 'memory', dataType: 'string', access: 'read-write' }] },
        ],
      },
      leaky('opens', 'open', 'Bearer ${env:PLANT_CANARY}'),
      leaky('reads', 'read', '${file:secrets/canary.txt}'),
      leaky('crashes', 'crash', '${env:PLANT_CANARY}'),
      leaky('kept', 'crash', '${secret:plc}'),
      {
        id: 'named',
        type: 'modbus',
        options: { host: '${env:PLANT_HOST}', timeoutMs: 200 },
        devices: [
          { id: 'plc', options: { unitId: 1 }, tags: [{ path: 'named/a', address: 'HR0', dataType: 'int16' }] },
        ],
      },
    ],
  };
}

beforeAll(async () => {
  folder = await temporaryDirectory();
  mkdirSync(join(folder.path, 'secrets'));
  writeFileSync(join(folder.path, 'secrets', 'canary.txt'), `${fromFile}\n`);
  writeFileSync(join(folder.path, 'leaky.mjs'), leakyDriver);
  writeFileSync(join(folder.path, 'plant.yaml'), JSON.stringify(plant()));
  const env = { PLANT_CANARY: fromEnvironment, PLANT_HOST: host, PLANT_NAME: name };
  writeFileSync(join(folder.path, 'value'), fromVault);
  mkdirSync(join(folder.path, 'home'), { mode: 0o700 });
  const set = [
    'secrets',
    'set',
    'plc',
    '--value-file',
    join(folder.path, 'value'),
    '--home',
    join(folder.path, 'home'),
  ];
  expect((await runCli(set)).code).toBe(0);
  gateway = await GatewayProcess.start(join(folder.path, 'plant.yaml'), env, join(folder.path, 'home'));
  const failed = async (id: string): Promise<boolean> => (await gateway.driver(id)).lastError !== null;
  for (const id of ['opens', 'reads', 'crashes', 'kept', 'named']) {
    await waitFor(async () => await failed(id), { what: `${id} to have failed`, timeoutMs: 60_000 });
  }
  await waitFor(async () => (await gateway.driver('crashes')).restarts.crash > 0, {
    what: 'a crash',
    timeoutMs: 60_000,
  });
}, 180_000);

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function expectClean(where: string, text: string): void {
  for (const canary of canaries) expect(text.includes(canary), `${where} has a secret`).toBe(false);
  expect(marks.exec(text)?.[0], `a part of a secret in ${where}`).toBeUndefined();
}

it('no route of the Admin API tells a secret, whatever failed with it (§13.5)', async () => {
  await gateway.ask('PUT', '/tags/value', { path: 'reads/a', value: 1 });
  const openapi = await gateway.get<{ paths: Record<string, { get?: object }> }>('/openapi.json');
  const ids: Readonly<Record<string, readonly string[]>> = {
    ':driver': ['opens', 'reads', 'crashes', 'kept', 'named'],
  };
  const routes = Object.keys(openapi.paths).filter((path) => openapi.paths[path].get !== undefined);
  expect(routes.length).toBeGreaterThan(20);
  let redacted = 0;
  for (const route of routes.map((path) => path.replace(/^\/api\/v1/, ''))) {
    if (route === '/events') continue; // a stream: looked at below
    const query = route === '/config/export' ? '?format=json' : '';
    for (const id of route.startsWith('/drivers/{id}') ? ids[':driver'] : ['opcua']) {
      const { body } = await gateway.ask('GET', route.replace('{id}', id).replace('{generation}', '1') + query);
      const text = JSON.stringify(body) ?? '';
      expectClean(`GET ${route} of ${id}`, text);
      redacted += text.includes('***') ? 1 : 0;
    }
  }
  expect(redacted).toBeGreaterThan(3);
  const events = await gateway.ask('GET', '/events?since=0', undefined, { accept: 'application/json' });
  expectClean('events', JSON.stringify(events.body));
  for (const [method, route] of [
    ['POST', '/drivers/reads/browse'],
    ['POST', '/drivers/reads/test'],
  ] as const) {
    expectClean(route, JSON.stringify((await gateway.ask(method, route, {})).body) ?? '');
  }
});

/** Every file with what is in it; undefined where one was replaced meanwhile. */
function homeContents(): ReadonlyMap<string, string> | undefined {
  const files = readdirSync(gateway.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name: file }) => join(parentPath, file));
  try {
    return new Map(names.map((file) => [file, readFileSync(file, 'latin1')]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

it('no file of the home has a secret: logs, post-mortems, snapshots, states', async () => {
  const contents = await waitFor(homeContents, { what: 'a look at the whole home', timeoutMs: 20_000 });
  const names = [...contents.keys()];
  expect(names.filter((file) => /post-mortem.*\.json$/.test(file)).length).toBeGreaterThan(0);
  expect(names.filter((file) => /fieldwarden\.(?:log|jsonl)$/.test(file)).length).toBe(2);
  for (const [file, text] of contents) expectClean(file, text);
  const log = readFileSync(join(gateway.home, 'logs', 'fieldwarden.log'), 'utf8');
  expect(log).toContain('signing in with ***');
  expectClean('standard output', gateway.output);
});

it('no process shows a secret that the gateway keeps: neither in its arguments nor in its environment', () => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const texts = pids.flatMap((pid) => ['cmdline', 'environ'].map((name) => processText(pid, name)));
  expect(texts.filter((text) => text.includes('driver-host')).length).toBeGreaterThan(0);
  for (const shown of texts) expect(shown.includes(fromVault)).toBe(false);
});

it('no backup has a secret in clear, whatever it takes along', async () => {
  const file = join(folder.path, 'backup');
  expect((await gateway.cli('backup', file, '--outbox', '--history')).code).toBe(0);
  const files = new Map<string, Buffer[]>();
  let pieces: Buffer[] = [];
  await readBackup(createReadStream(file), undefined, {
    begin: (path) => Promise.resolve(void files.set(path, (pieces = []))),
    write: (piece) => Promise.resolve(void pieces.push(Buffer.from(piece))),
    end: () => Promise.resolve(),
  });
  expect([...files.keys()]).toEqual(expect.arrayContaining(['secrets.json', 'state.mdb', 'authority.mdb']));
  for (const [path, content] of files) expectClean(path, Buffer.concat(content).toString('latin1'));
}, 120_000);

function processText(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return ''; // ended meanwhile
  }
}

it('no command prints a secret', async () => {
  const commands = [
    ['status'], ['list'], ['describe', 'opens'], ['describe', 'reads'], ['describe', 'named'], ['hosts'], ['logs', 'reads', '-n', '200'],
    ['post-mortem', 'crashes'], ['post-mortem', 'kept'], ['secrets', 'list'], ['doctor'], ['alarms', 'list'], ['events'], ['config', 'show'], ['drivers', 'test', 'reads'],
  ]; // prettier-ignore
  for (const command of commands) {
    const { stdout, stderr } = await gateway.cli(...command);
    expectClean(command.join(' '), stdout + stderr);
  }
}, 180_000);

it('the console as it is served has no secret, and nothing of the machine on which it was made', async () => {
  const origin = `http://127.0.0.1:${gateway.port('Admin API')}`;
  const served = async (path: string): Promise<string> => {
    const answer = await fetch(origin + path, { headers: { accept: 'text/html, */*' } });
    expect(answer.status, path).toBe(200);
    return await answer.text();
  };
  const files = fileURLToPath(new URL('dist', import.meta.resolve('@fieldwarden/console/package.json')));
  const paths = readdirSync(files, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.gz'))
    .map(({ parentPath, name: file }) => join(parentPath, file).slice(files.length));
  expect(paths.length).toBeGreaterThan(10);
  const made = fileURLToPath(new URL('../../../../', import.meta.url));
  for (const path of ['/', ...paths]) {
    const text = await served(path);
    expectClean(path, text);
    for (const trace of [made, homedir(), 'sourceMappingURL'])
      expect(text.includes(trace), `${path}: ${trace}`).toBe(false);
  }
});

it('what somebody takes along of a process that ended has no secret: its post-mortem as file and as answer', async () => {
  for (const id of ['crashes', 'kept']) {
    const route = `/drivers/${id}/post-mortems`;
    const { postMortems } = await gateway.get<PostMortemList>(route);
    for (const { id: postMortemId } of postMortems) {
      const text = JSON.stringify(await gateway.get(`${route}/${postMortemId}`));
      expect(text).toContain('***');
      expectClean(`${route}/${postMortemId}`, text);
    }
    const { stdout } = await gateway.cli('post-mortem', id, '--json');
    expect(stdout).toContain('"logTail"');
    expectClean(`post-mortem ${id} --json`, stdout);
  }
});

it('system tags, alarms and OPC UA tell no secret', async () => {
  await using reader = await OpcuaReader.connect(gateway, 'canary');
  const { tags } = await gateway.get<{ tags: readonly { path: string }[] }>('/tags?prefix=_system/&limit=1000');
  expect(tags.length).toBeGreaterThan(20);
  for (const { path } of tags) expectClean(path, String((await reader.read(path)).value.value));
});

it('the anonymous port shows no text of an error at all (§12.1)', async () => {
  const { text } = await gateway.health('/readyz');
  expectClean('/readyz', text);
  const { drivers } = JSON.parse(text) as { drivers: { id: string; lastError: object | null }[] };
  const { lastError } = drivers.find(({ id }) => id === 'reads')!;
  expect(Object.keys(lastError!).sort()).toEqual(['at', 'code', 'kind']);
  expectClean('/metrics', (await gateway.health('/metrics')).text);
});

it('a document is no way to read the machine (§13.5)', async () => {
  const document = (secret: string): object => ({
    version: 1,
    site: 'canary',
    opcua: { enabled: false },
    drivers: [{ id: 'd', type: 'modbus', options: { host: secret } }],
  });
  for (const secret of [
    '${file:/etc/hostname}',
    '${file:../../etc/passwd}',
    '${env:PATH}',
    '${env:FIELDWARDEN_HOME}',
    '${env:NO}',
  ]) {
    const { body } = await gateway.ask<{ findings: { message: string }[] }>('POST', '/config/validate', {
      document: document(secret),
    });
    expect(body.findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the reference .* does not resolve$/),
    ]);
  }
  const file = join(folder.path, 'other.yaml');
  writeFileSync(file, JSON.stringify(document('${file:/etc/hostname}')));
  const { code, stdout } = await runCli(['config', 'validate', file, '--home', gateway.home]);
  expect([code, stdout]).toEqual([78, expect.stringContaining('does not resolve')]);
});

it('names of the plant stay names, whatever a reference stands for', async () => {
  expect((await gateway.driver(name)).id).toBe(name);
  expect((await gateway.tag(`${name}/a`)).path).toBe(`${name}/a`);
  expect((await gateway.cli('list')).stdout).toContain(name);
});

it('a value of a tag is what the device said on every road, and a text about it has no secret', async () => {
  expect(await gateway.write('echo/text', fromFile)).toMatchObject({ outcome: 'done' });
  await waitFor(async () => (await gateway.tag('echo/text')).value === fromFile, { what: 'the value over REST' });
  await using reader = await OpcuaReader.connect(gateway, 'canary');
  expect((await reader.read('echo/text')).value.value).toBe(fromFile);
  expect((await gateway.cli('tags', 'read', 'echo/text')).stdout).toContain(fromFile);
  const { stdout } = await gateway.cli('logs', 'echo', '-n', '200');
  expect(stdout).toContain('write echo/text = ***');
  expectClean('logs', stdout);
});
