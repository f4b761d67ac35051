import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, deflate, gzip } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';
import { BodyBudget } from './body-budget.js';

let server: TestServer;
beforeAll(async () => (server = await TestServer.start()));
afterAll(async () => await server[Symbol.asyncDispose]());

interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string | undefined;
}

async function post(path: string, body: Uint8Array, encoding?: string): Promise<Answered> {
  const { token } = server.tcp as { token: string };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    };
    const outgoing = httpRequest(
      { host: '127.0.0.1', port: server.port, agent: false, method: 'POST', path: `/api/v1${path}`, headers },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  const answer = JSON.parse(await text(message)) as { code?: string; detail?: string };
  return { status: message.statusCode!, code: answer.code, detail: answer.detail };
}

const validate = async (body: string | Uint8Array, encoding?: string): Promise<Answered> =>
  await post('/config/validate', typeof body === 'string' ? Buffer.from(body) : body, encoding);

/** Of this thread: what else the machine does is not in it. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The most work between two turns of the event loop from now on. */
function watchTurns(): { readonly longestMs: () => number } {
  let [last, longest, watching] = [cpuMs(), 0, true];
  const turn = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    longestMs: () => {
      watching = false;
      return longest;
    },
  };
}

describe('bodies of requests (§7.1)', () => {
  it.each([
    ['7 million empty drivers in 21 kB', `{"document":{"drivers":[${'{},'.repeat(7_000_000)}{}]}}`],
    ['7 million numbers', `{"document":[${'1,'.repeat(7_000_000)}1]}`],
    ['5 million lists, nested', `{"document":${'['.repeat(5_000_000)}`],
    ['90 MB of nothing', `{"text":"${' '.repeat(90 << 20)}"}`],
  ])('are refused while they inflate: %s', async (_says, body) => {
    const compressed = await promisify(gzip)(body);
    expect(compressed.length).toBeLessThan(100_000);
    expect(await validate(compressed, 'gzip')).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(server.control.config.validated).toEqual([]);
  });

  it('are refused when they come as they are, too, with an answer that arrives', async () => {
    const body = `{"text":"${'x'.repeat(90 << 20)}"}`;
    expect(await validate(body)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it('of other routes are small, and have few values', async () => {
    const write = async (value: string) =>
      await call(server.tcp, '/tags/value', { method: 'PUT', body: `{"path":"a","value":${value}}` });
    expect(await write(`"${'x'.repeat(1 << 20)}"`)).toMatchObject({ status: 413 });
    expect(await write(`[${'1,'.repeat(200_000)}1]`)).toMatchObject({ status: 413 });
    expect(await write(`${'['.repeat(200)}${']'.repeat(200)}`)).toMatchObject({ status: 413 });
  });

  it.each([
    ['gzip', gzip],
    ['deflate', deflate],
    ['br', brotliCompress],
  ])('may come in %s', async (encoding, compress) => {
    const body = await promisify<string, Buffer>(compress as never)(JSON.stringify({ text: 'version: 1' }));
    expect(await validate(body, encoding)).toMatchObject({ status: 200 });
    expect(server.control.config.validated.pop()).toEqual({ text: 'version: 1' });
  });

  it('that are large arrive whole, a document as the text that was sent', async () => {
    const long = `é"\\\n😀 ${randomBytes(1_500_000).toString('hex')}`;
    expect(await validate(JSON.stringify({ text: long }))).toMatchObject({ status: 200 });
    expect(server.control.config.validated.pop()?.text === long).toBe(true);
    const document = { version: 1, site: long, drivers: [] };
    expect(await validate(JSON.stringify({ document }, undefined, 1))).toMatchObject({ status: 200 });
    const { text: asText = '' } = server.control.config.validated.pop()!;
    expect((JSON.parse(asText) as { site: string }).site === long).toBe(true);
  });

  it('that are large hold nobody up: far less than parsing them would', async () => {
    const tag = { path: 'line/machine/signal', address: 400_001, dataType: 'float32', scanMs: 1_000 };
    const body = JSON.stringify({ document: { drivers: [{ devices: [{ tags: Array(250_000).fill(tag) }] }] } });
    const began = cpuMs();
    JSON.parse(body);
    const parsingMs = cpuMs() - began;
    const bytes = Buffer.from(body);
    const watch = watchTurns();
    expect(await validate(bytes)).toMatchObject({ status: 200 });
    expect(watch.longestMs()).toBeLessThan(parsingMs / 2);
  });

  it.each([
    ['no JSON', '{"text": nonsense}', undefined, 400],
    ['half a text', `{"text":"${'x'.repeat(2 << 20)}`, undefined, 400],
    ['no gzip', 'xxxx', 'gzip', 400],
    ['an unknown encoding', '{}', 'zstd-of-tomorrow', 415],
  ])('with %s are refused with a reason', async (_says, body, encoding, status) => {
    expect((await validate(body, encoding)).status).toBe(status);
  });

  it('share one budget, and give back what they took', () => {
    const budget = new BodyBudget(100);
    const first = budget.open();
    expect([first.take(60), budget.open().take(60), first.take(40)]).toEqual([true, false, true]);
    first[Symbol.dispose]();
    expect(budget.heldBytes).toBe(0);
  });
});
