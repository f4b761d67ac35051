import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from '../testing/api-client.js';
import { TestServer } from '../testing/test-server.js';

const page = '<!doctype html><title>Fieldwarden</title>';
const script = 'export const hello = "world";\n'.repeat(50);

let dir: string;

beforeAll(async () => {
  const home = await temporaryDirectory();
  dir = join(home.path, 'dist');
  await mkdir(join(dir, 'assets'), { recursive: true });
  await writeFile(join(home.path, 'secret.txt'), 'secret');
  await writeFile(join(dir, 'index.html'), page);
  await writeFile(join(dir, '.tsbuildinfo'), 'secret');
  await writeFile(join(dir, 'favicon.svg'), '<svg/>');
  await writeFile(join(dir, 'assets', 'index-D9oE2tHy.js'), script);
  await writeFile(join(dir, 'assets', 'index-D9oE2tHy.js.gz'), gzipSync(script));
  await writeFile(join(dir, 'assets', 'plain-1234.css'), 'a{}');
  return async () => await home[Symbol.asyncDispose]();
});

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** The path goes out as it stands: a client library would tidy it up. */
async function get(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Got> {
  return await new Promise((resolve, reject) => {
    request({ port: server.port, host: '127.0.0.1', path, headers, method, agent: false }, (message) => {
      buffer(message).then((body) => resolve({ status: message.statusCode!, headers: message.headers, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

const navigation = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the console as static files (§13)', () => {
  it.each(['/', '/hosts', '/tags/area/line.1/speed', '/index.html?x=1', '/drivers/%F0%9F%8D%BA'])(
    'is the page for a browser that goes to %s, never from a cache, with nothing from elsewhere',
    async (path) => {
      await using server = await TestServer.start({ consoleDir: dir });
      const { status, headers, body } = await get(server, path, navigation);
      expect([status, body.toString()]).toEqual([200, page]);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': expect.stringMatching(/^text\/html; charset=utf-8$/i) as string,
        'content-security-policy':
          "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    },
  );

  it('gives files with a hash in their name for ever, compressed if the build has done so and the client takes it', async () => {
    await using server = await TestServer.start({ consoleDir: dir });
    const plain = await get(server, '/assets/index-D9oE2tHy.js');
    expect([plain.status, plain.body.toString()]).toEqual([200, script]);
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
    });
    const small = await get(server, '/assets/index-D9oE2tHy.js', { 'accept-encoding': 'gzip, br' });
    expect(small.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(gunzipSync(small.body).toString()).toBe(script);
    const css = await get(server, '/assets/plain-1234.css', { 'accept-encoding': 'gzip' });
    expect([css.body.toString(), css.headers['content-encoding']]).toEqual(['a{}', undefined]);
    expect((await get(server, '/favicon.svg')).headers).toMatchObject({ 'cache-control': 'no-cache' });
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/.tsbuildinfo',
    '/assets/..',
    '/%00',
    '/%',
  ])('gives nothing else away: %s', async (path) => {
    await using server = await TestServer.start({ consoleDir: dir });
    for (const encoding of ['identity', 'gzip']) {
      const { status, body } = await get(server, path, { 'accept-encoding': encoding });
      expect([400, 403, 404]).toContain(status);
      expect(body.toString()).not.toContain('secret\n');
      expect(body.toString()).not.toBe('secret');
    }
  });

  it('is not the page for a script that is missing, for an API, for a method that changes', async () => {
    await using server = await TestServer.start({ consoleDir: dir });
    expect((await get(server, '/assets/gone-1234.js', navigation)).status).toBe(404);
    expect((await get(server, '/hosts', { accept: 'application/json' })).status).toBe(404);
    expect((await get(server, '/api/v2/x', navigation)).body.toString()).toBe(page); // no API, a page that the console may know
    expect((await call({ port: server.port }, '/nothing', { headers: navigation })).status).toBe(401);
    expect((await get(server, '/', navigation, 'POST')).status).toBe(404);
    expect((await get(server, '/', navigation, 'HEAD')).body).toHaveLength(0);
  });

  it.each([undefined, '/nonexistent'])('says what to do when it was not built (%s)', async (consoleDir) => {
    await using server = await TestServer.start({ ...(consoleDir !== undefined && { consoleDir }) });
    const { status, headers, body } = await get(server, '/', navigation);
    expect([status, headers['cache-control']]).toEqual([503, 'no-store']);
    expect(body.toString()).toContain('npm run build --workspace apps/console');
  });

  it('is not on the local socket', async () => {
    await using server = await TestServer.start({ consoleDir: dir });
    expect((await call(server.socket, 'http://x/', { headers: navigation })).status).toBe(404);
  });
});
