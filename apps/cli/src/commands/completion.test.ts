import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { driverDetail, tagRow, TestServer } from '@fieldwarden/admin-api/testing';
import { expect, test } from 'vitest';
import { shells } from '../completion/scripts.js';
import { runHere } from '../testing/run-here.js';

/** The values offered when Tab is pressed at the end of the line. */
async function offered(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runHere(['__complete', '--', ...words], {
    FIELDWARDEN_HOME: '/no/such',
    ...env,
  });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]]));
}

test('offers commands, with what they do', async () => {
  const { stdout } = await runHere(['__complete', '--', 're']);
  expect(stdout).toContain('recycle\treplace the processes of drivers by new ones');
  expect(await offered(['re'])).toEqual(['restart', 'reset', 'recycle', 'reinitialize', 'restore']);
  expect(await offered(['tags', ''])).toEqual(['list', 'read', 'write', 'history', 'watch', 'help']);
  expect(await offered([''])).not.toContain('__complete');
});

test.each<[words: string[], expected: string[]]>([
  [['logs', '--fo'], ['--follow']],
  [['--ho'], ['--home']],
  [['restart', 'x', '--no'], ['--no-wait']],
  [['up', '--ready'], []],
  [['up', '--plant', ''], [':files']],
  [['up', '--admin-port', ''], []],
  [['config', 'validate', ''], [':files']],
  [['config', 'publish', ''], [':files']],
  [
    ['config', 'im'],
    ['import-csv', 'import-kepware'],
  ],
  [
    ['config', 'export', '--format', ''],
    ['yaml', 'json', 'csv', 'source'],
  ],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['drivers', 'show', 'mo'],
    ['modbus', 'modbus-rtu'],
  ],
  [['list', ''], []],
  [['--json', 'ls', '--ur'], ['--url']],
])('offers for %j %j', async (words, expected) => {
  expect(await offered(words)).toEqual(expected);
});

test('offers the drivers of the gateway that runs, and all where that is possible', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('press', driverDetail({ id: 'press' }));
  const env = { FIELDWARDEN_HOME: server.home };
  expect(await offered(['recycle', ''], env)).toEqual(['packaging', 'press', 'all']);
  expect(await offered(['recycle', 'packaging', 'pr'], env)).toEqual(['press']);
  expect(await offered(['describe', ''], env)).toEqual(['packaging', 'press']);
  expect(await offered(['describe', 'press', ''], env)).toEqual([]);
  expect(await offered(['--home', server.home, 'describe', 'pa'])).toEqual(['packaging']);
  expect(await offered(['describe', '--home', '=', server.home, 'pa'])).toEqual(['packaging']);
});

test('offers generations, sides of a comparison and tokens', async () => {
  await using server = await TestServer.start();
  const env = { FIELDWARDEN_HOME: server.home };
  expect(await offered(['config', 'rollback', ''], env)).toEqual(['1']);
  expect(await offered(['config', 'diff', ''], env)).toEqual(['draft', 'running', '1']);
  expect(await offered(['config', 'diff', '1', 'plant'], env)).toEqual([':files']);
  expect(await offered(['tokens', 'revoke', 't'], env)).toEqual(['test']);
});

test('offers tags step by step', async () => {
  await using server = await TestServer.start();
  server.control.rows.set('packaging/total', tagRow('packaging/total'));
  const env = { FIELDWARDEN_HOME: server.home };
  expect(await offered(['tags', 'read', 'pa'], env)).toEqual(['packaging/']);
  expect(await offered(['tags', 'read', 'packaging/'], env)).toEqual(['packaging/filler/', 'packaging/total']);
  expect(await offered(['tags', 'write', 'packaging/filler/s'], env)).toEqual([
    'packaging/filler/setpoint',
    'packaging/filler/speed',
  ]);
  expect(await offered(['tags', 'write', 'packaging/filler/speed', ''], env)).toEqual([]);
});

test('offers nothing, and says nothing, when no gateway runs or the address is none', async () => {
  expect(await offered(['describe', ''])).toEqual([]);
  expect(await offered(['--url', 'nonsense', 'describe', ''])).toEqual([]);
});

test.each(shells)('prints a script for %s', async (shell) => {
  const { code, stdout } = await runHere(['completion', shell]);
  expect(code).toBe(0);
  expect(stdout).toContain('fieldwarden __complete -- ');
});

test('knows no other shell', async () => {
  expect(await runHere(['completion', 'csh'])).toMatchObject({ code: 2, stdout: '' });
});

test('bash completes with the script', async () => {
  await using server = await TestServer.start();
  const bin = await mkdtemp(join(tmpdir(), 'fieldwarden-completion-'));
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  await writeFile(join(bin, 'fieldwarden'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(join(bin, 'fieldwarden'), 0o755);
  await writeFile(join(bin, 'plant.yaml'), '');
  const env = { PATH: `${bin}:${process.env.PATH}`, FIELDWARDEN_HOME: server.home };
  const completed = async (...words: readonly string[]): Promise<string> => {
    const line = `source <(fieldwarden completion bash)
      COMP_WORDS=(fieldwarden "$@"); COMP_CWORD=$#; _fieldwarden; echo "\${COMPREPLY[*]}"`;
    return (await promisify(execFile)('bash', ['-c', line, 'bash', ...words], { env, cwd: bin })).stdout.trim();
  };
  try {
    expect(await completed('restart', 'pack')).toBe('packaging');
    expect(await completed('tags', 'read', '')).toBe('packaging/');
    expect(await completed('config', 'validate', 'pl')).toBe('plant.yaml');
    await server.stop();
    expect(await completed('restart', '')).toBe('');
  } finally {
    await rm(bin, { recursive: true });
  }
});
