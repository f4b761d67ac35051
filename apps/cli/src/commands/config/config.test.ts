import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { TestServer } from '@fieldwarden/admin-api/testing';
import { parsePlantText } from '@fieldwarden/config';
import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf, runMain, type MainResult } from '../../testing/run-main.js';

const warning: Finding = {
  path: 'opcua',
  rule: 'opcua-open',
  message: 'open to all',
  severity: 'warning',
  line: 3,
  column: 1,
};
const error: Finding = {
  path: 'drivers[0].type',
  rule: 'driver-type-unknown',
  message: 'no such type',
  severity: 'error',
  line: 5,
  column: 7,
};

describe('config (§7.2)', () => {
  let server: TestServer;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let plant: string;

  beforeEach(async () => {
    server = await TestServer.start();
    folder = await temporaryDirectory();
    plant = join(folder.path, 'plant.yaml');
    writeFileSync(plant, 'version: 1\nsite: lab\n');
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const config = async (...args: string[]): Promise<MainResult> =>
    await runHere(['config', ...args], { FIELDWARDEN_HOME: server.home });
  const refuse = (code: string, findings?: readonly Finding[]): void => {
    const kind = code === 'REVISION_STALE' ? 'rejected' : 'config';
    server.control.config.refusal = Object.assign(
      new GatewayError({ code, kind, message: 'no' }),
      findings && { findings },
    );
  };

  it('publish publishes a file in the name of the user, says what was done and what is doubtful', async () => {
    server.control.config.findings = [warning];
    const { code, stdout, stderr } = await config('publish', plant, '-m', 'faster');
    expect([code, stdout]).toEqual([0, 'Generation 2 is published and runs, after 3 ms.\n']);
    expect(stderr).toBe(`${plant}:3:1: warning: open to all (opcua) [opcua-open]\n`);
    expect(server.control.config.published).toMatchObject([
      {
        request: { message: 'faster', text: 'version: 1\nsite: lab\n' },
        by: { name: userInfo().username, via: 'socket' },
      },
    ]);
  });

  it('publish is the whole command line too', async () => {
    const { code, stdout } = await runMain(['config', 'publish', plant, '-m', 'why'], {
      env: { FIELDWARDEN_HOME: server.home },
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Generation 2 is published')]);
  });

  it('publish without a file publishes the draft; without a message nothing', async () => {
    expect((await config('publish', '-m', 'as drafted')).code).toBe(0);
    expect(server.control.config.published.map(({ request }) => request)).toEqual([{ message: 'as drafted' }]);
    expect((await config('publish', plant)).code).toBe(2);
    expect(server.control.config.published).toHaveLength(1);
  });

  it('publish makes what a file names beside itself absolute: a published document has no folder', async () => {
    mkdirSync(join(folder.path, 'drivers'));
    const text = 'version: 1 # one\nsite: lab\ndrivers: [{ id: a, type: ./drivers/acme.ts }]\n';
    writeFileSync(plant, text);
    await config('publish', plant, '-m', 'why');
    expect(server.control.config.published[0].request).toMatchObject({
      text: `version: 1 # one\nsite: lab\ndrivers: [{ id: a, type: "${join(folder.path, 'drivers', 'acme.ts')}" }]\n`,
      file: { path: plant, sha256: createHash('sha256').update(text).digest('hex') },
    });
  });

  it('publish makes secrets and installed packages beside the file absolute too, but nothing for a gateway elsewhere', async () => {
    mkdirSync(join(folder.path, 'node_modules', 'acme'), { recursive: true });
    writeFileSync(join(folder.path, 'node_modules', 'acme', 'package.json'), '{}');
    const text = 'version: 1\nsite: lab\ndrivers: [{ id: a, type: acme, options: { password: "${file:secret}" } }]\n';
    writeFileSync(plant, text);
    await config('publish', plant, '-m', 'why');
    const published = parsePlantText(server.control.config.published[0].request.text!);
    expect(published.document).toMatchObject({
      drivers: [
        {
          type: join(folder.path, 'node_modules', 'acme'),
          options: { password: `\${file:${join(folder.path, 'secret')}}` },
        },
      ],
    });
    const url = `http://127.0.0.1:${server.port}`;
    await runHere(['config', 'publish', plant, '-m', 'why', '--url', url], { FIELDWARDEN_TOKEN: 'fw_test' });
    expect(server.control.config.published[1].request).toEqual({ message: 'why', text });
  });

  it('78 with lines as of a compiler when the gateway refuses a document, in JSON too', async () => {
    refuse('DOCUMENT_REFUSED', [warning, error]);
    const { code, stdout, stderr } = await config('publish', plant, '-m', 'why');
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr.split('\n').slice(1, 3)).toEqual([
      `${plant}:5:7: error: no such type (drivers[0].type) [driver-type-unknown]`,
      `${plant}:3:1: warning: open to all (opcua) [opcua-open]`,
    ]);
    const json = await config('publish', plant, '-m', 'why', '--json');
    expect(JSON.parse(json.stderr)).toMatchObject({
      code: 'DOCUMENT_REFUSED',
      exitCode: 78,
      file: plant,
      findings: [warning, error],
    });
  });

  it('1 when somebody else was quicker, or the database is away', async () => {
    for (const code of ['REVISION_STALE', 'AUTHORITY_UNREACHABLE']) {
      refuse(code);
      expect((await config('publish', plant, '-m', 'why')).code).toBe(1);
    }
  });

  it('78 for a file that cannot be read', async () => {
    for (const args of [
      ['publish', '/no/such', '-m', 'x'],
      ['diff', '/no/such'],
      ['draft', 'set', '/no/such'],
      ['import-csv', '/no/such'],
    ])
      expect(await config(...args)).toMatchObject({
        code: 78,
        stderr: expect.stringContaining('/no/such cannot be read') as string,
      });
  });

  it('1 and which drivers, when steps did not come to their end', async () => {
    const { config: control } = server.control;
    control.outcome = {
      steps: [{ driverId: 'packaging', action: 'restart', reason: 'endpoint changed; reconnects', reconnect: true }],
      failures: [{ driverId: 'packaging', message: 'did not stop' }],
    };
    const { code, stdout } = await config('publish', plant, '-m', 'why');
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(1)).toEqual([
      '  packaging: restart. Endpoint changed; reconnects.',
      '! packaging: did not stop',
      '',
    ]);
  });

  it('diff prints changes, and the steps as sentences', async () => {
    const { code, stdout } = await config('diff', plant);
    expect([code, stdout]).toEqual([
      0,
      [
        '~ drivers[packaging].options.host: 10.0.0.5 → 10.0.0.6',
        '',
        'What it does:',
        '  packaging: restart. Endpoint changed; reconnects.',
        '',
      ].join('\n'),
    ]);
  });

  it('diff tells what publishing the same document does when a secret in it has another value', async () => {
    server.control.config.differences = [];
    const { stdout } = await config('diff', plant);
    expect(stdout.split('\n')).toEqual([
      'The documents say the same; what a reference in them stands for has changed.',
      '',
      'What it does:',
      '  packaging: restart. Endpoint changed; reconnects.',
      '',
    ]);
  });

  it('diff takes numbers, draft, running and a file', async () => {
    for (const args of [[], ['3'], ['1', '2'], ['draft', 'running'], ['4', plant]])
      expect((await config('diff', ...args)).code).toBe(0);
    const text = readFileSync(plant, 'utf8');
    expect(server.control.config.compared).toEqual([
      { from: 'running', to: 'draft' },
      { from: 'running', to: 3 },
      { from: 1, to: 2 },
      { from: 'draft', to: 'running' },
      { from: 4, to: { text } },
    ]);
    for (const args of [
      [plant, '4'],
      ['draft', plant],
    ])
      expect((await config('diff', ...args)).code).toBe(2);
  });

  it('draft prints its text alone; set keeps a file, valid or not; discard goes back', async () => {
    expect(await config('draft')).toMatchObject({ code: 0, stdout: 'version: 1\nsite: lab\n' });
    writeFileSync(plant, 'not: [valid');
    const set = await config('draft', 'set', plant, '--revision', '1');
    expect(set.stdout).toMatch(/^Draft, revision 2, begun from generation 1, changed by \S+ at .*config diff/);
    expect((await config('draft', 'get')).stdout).toBe('not: [valid\n');
    expect((await config('draft', 'set', plant, '--revision', '1')).code).toBe(1);
    expect((await config('draft', 'discard')).stdout).toMatch(/^There is no draft/);
    expect(jsonOf(await config('draft', '--json'))).toMatchObject({ schema: 'fieldwarden/draft@1', edited: false });
  });

  it('generations, show, rollback and export', async () => {
    await config('publish', plant, '-m', 'second');
    const { stdout } = await config('generations');
    expect(
      stdout
        .split('\n')
        .slice(0, 3)
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['GENERATION', 'PUBLISHED', 'AUTHOR', 'DRIVERS', 'TAGS', 'MESSAGE'],
      ['2 runs', expect.stringMatching(/^20\d\d-/), userInfo().username, '1', '2', 'second'],
      ['1', expect.any(String), 'ada', '1', '2', 'first'],
    ]);
    expect((await config('show', '1')).stdout).toBe('source of generation 1\n');
    expect((await config('show')).stdout).toBe('source of generation running\n');
    expect(jsonOf(await config('show', '--json'))).toMatchObject({ schema: 'fieldwarden/generation@1', generation: 2 });
    expect(await config('show', '99', '--json')).toMatchObject({ code: 1 });
    expect((await config('rollback', '1', '-m', 'back')).stdout).toContain('Generation 3 is published');
    expect(server.control.config.rows.at(-1)).toMatchObject({ rollbackOf: 1, message: 'back' });
    expect((await config('export', '--format', 'csv', '--generation', '2')).stdout).toBe('csv of generation 2\n');
    expect(jsonOf(await config('export', '--json'))).toMatchObject({ schema: 'fieldwarden/export@1', format: 'yaml' });
    expect(JSON.parse((await config('schema')).stdout)).toMatchObject({ title: 'Fieldwarden plant document' });
    expect((await config('export', '--format', 'xml')).code).toBe(2);
  });

  it('import-csv puts a table into the draft, on top of what it says now', async () => {
    const csv = join(folder.path, 'tags.csv');
    writeFileSync(csv, 'path\na/b\nc/d\n');
    const { code, stdout } = await config('import-csv', csv, '--mode', 'merge');
    expect([code, stdout.split('\n')[0]]).toEqual([0, `The draft has 2 rows of ${csv} now (revision 2).`]);
    const text = 'version: 1\nsite: lab\n';
    expect(server.control.config.csvImports).toEqual([{ csv: 'path\na/b\nc/d\n', text, mode: 'merge' }]);
    expect(server.control.config.published).toEqual([]);
  });

  it('import-csv keeps what is not in the table unless told otherwise, and asks before anything goes', async () => {
    const { config: control } = server.control;
    const csv = join(folder.path, 'tags.csv');
    writeFileSync(csv, 'path\na/b\n');
    control.removed = Array.from({ length: 30 }, (_, i) => `line/old${i}`);
    expect((await config('import-csv', csv, '--replace')).code).toBe(1);
    const env = { FIELDWARDEN_HOME: server.home };
    const unsure = await runHere(['config', 'import-csv', csv, '--replace'], env, '');
    expect([unsure.code, unsure.stdout]).toEqual([1, '']);
    expect(unsure.stderr).toContain(`This removes 30 tags not in ${csv}:\n  line/old0\n`);
    expect(unsure.stderr).toContain('  and 10 more\nRemove them? [y/N] ');
    expect(unsure.stderr).toContain('--yes');
    expect((await config('import-csv', csv, '--replace', '--json')).code).toBe(1);
    expect(jsonOf(await config('draft', '--json'))).toMatchObject({ edited: false });
    expect((await runHere(['config', 'import-csv', csv, '--replace'], env, 'y')).code).toBe(0);
    expect((await config('import-csv', csv, '--replace', '--yes')).code).toBe(0);
    expect(new Set(control.csvImports.map(({ mode }) => mode))).toEqual(new Set(['replace']));
    control.removed = [];
    expect((await config('import-csv', csv)).code).toBe(0);
    expect(control.csvImports.at(-1)).toEqual({ csv: 'path\na/b\n', text: 'version: 1\nsite: lab\n' });
    expect((await config('import-csv', csv, '--replace', '--mode', 'merge')).code).toBe(2);
  });

  it('1 when somebody changed the draft in between: his change stays', async () => {
    const { config: control } = server.control;
    const csv = join(folder.path, 'tags.csv');
    writeFileSync(csv, 'path\na/b\n');
    control.importCsv = async () => {
      const ada = { name: 'ada', via: 'socket', correlationId: 'c-1', mayChangeAccess: true };
      await control.saveDraft({ text: 'of another' }, ada);
      const text = 'with tags';
      return { schema: 'fieldwarden/csv-import@1', rows: 1, text, removedTags: 0, removed: [], findings: [] };
    };
    expect((await config('import-csv', csv)).code).toBe(1);
    expect((await config('draft')).stdout).toBe('of another\n');
  });

  it('import-csv --publish publishes at once, with its reason and only what was looked at', async () => {
    const csv = join(folder.path, 'tags.csv');
    writeFileSync(csv, 'path\na/b\n');
    expect((await config('import-csv', csv, '--publish')).code).toBe(2);
    expect((await config('import-csv', csv, '--publish', '-m', 'new tags')).code).toBe(0);
    expect(server.control.config.published.map(({ request }) => request)).toEqual([
      { message: 'new tags', text: 'version: 1\nsite: lab\n', expectedRevision: 1 },
    ]);
  });

  it('78 and the rows, when a table is refused; nothing is kept', async () => {
    const csv = join(folder.path, 'tags.csv');
    writeFileSync(csv, 'path\n?\n');
    server.control.config.findings = [
      { path: 'rows[2].path', rule: 'tag-path', message: 'no path', severity: 'error' },
    ];
    const { code, stdout, stderr } = await config('import-csv', csv);
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain(`${csv}:2: error: no path (path) [tag-path]\n`);
    expect(jsonOf(await config('draft', '--json'))).toMatchObject({ edited: false });
  });

  it('import-kepware names the device, and what was left out', async () => {
    const tags = join(folder.path, 'kepware.csv');
    writeFileSync(tags, 'Tag Name,Address\nspeed,400001\n');
    server.control.config.findings = [
      { path: 'rows[2]', rule: 'kepware-left-out', message: 'speed is left out', severity: 'warning' },
    ];
    const { code, stderr } = await config('import-kepware', tags, '--driver', 'packaging', '--device', 'filler');
    expect([code, stderr]).toEqual([0, `${tags}:2: warning: speed is left out [kepware-left-out]\n`]);
    expect(server.control.config.kepwareImports).toMatchObject([{ driverId: 'packaging', deviceId: 'filler' }]);
    expect((await config('import-kepware', tags)).code).toBe(2);
  });

  it('3 when no gateway runs', async () => {
    for (const args of [
      ['publish', plant, '-m', 'x'],
      ['diff'],
      ['draft'],
      ['generations'],
      ['show'],
      ['export'],
      ['schema'],
    ])
      expect((await runHere(['config', ...args], { FIELDWARDEN_HOME: folder.path })).code).toBe(3);
  });
});
