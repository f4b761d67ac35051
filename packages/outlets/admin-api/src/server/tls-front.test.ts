import { makeServerCertificate } from '@fieldwarden/certificates';
import { FakeClock, waitFor } from '@fieldwarden/testkit';
import { once } from 'node:events';
import { Agent, request as httpsRequest } from 'node:https';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect, createSecureContext, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { TestServer, testToken } from '../testing/test-server.js';
import type { AdminTls } from './tls-front.js';

const nowMs = Date.now();
const names = { required: ['gateway-1'], addresses: [] };
const [first, second] = await Promise.all(
  ['first', 'second'].map((commonName) => makeServerCertificate({ commonName, names, nowMs, key: undefined })),
);

function tlsOf({ certificate, key }: typeof first, source: AdminTls['source'] = 'own'): AdminTls {
  return { context: createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' }), source };
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function asked(send: typeof httpRequest, options: RequestOptions & { readonly body?: string }): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', agent: false, ...options }, (message) => {
      void text(message).then((body) => resolve({ status: message.statusCode, headers: message.headers, body }));
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

const authorization = `Bearer ${testToken}`;
const ca = [first.certificate, second.certificate];

const https = (port: number, options: object = {}): Promise<Answered> =>
  asked(httpsRequest, { port, path: '/api/v1/status', headers: { authorization }, ca, ...options } as RequestOptions);
const http = (port: number, options: RequestOptions = {}): Promise<Answered> =>
  asked(httpRequest, { port, path: '/api/v1/status', headers: { authorization }, ...options });

async function shaken(port: number, options: object = {}): Promise<TLSSocket> {
  const socket = tlsConnect({ host: '127.0.0.1', port, ca, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

describe('a port with a certificate', () => {
  it('answers by https, with a cookie that browsers keep for TLS alone', async () => {
    await using server = await TestServer.start({ tls: tlsOf(first) });
    const answer = await https(server.port);
    expect(answer.status).toBe(200);
    expect(answer.headers['strict-transport-security']).toBeUndefined();
    const headers = { 'content-type': 'application/json', origin: `https://127.0.0.1:${server.port}` };
    const signIn = { path: '/api/v1/session', method: 'POST', headers };
    const session = await https(server.port, { ...signIn, body: JSON.stringify({ token: testToken }) });
    expect(session.headers['set-cookie']?.[0]).toMatch(/^__Host-fieldwarden.*; Secure$/);
  });

  it('tells whoever asks in clear where to ask, and sends browsers there', async () => {
    await using server = await TestServer.start({ tls: tlsOf(first) });
    const { port } = server;
    const answer = await http(port);
    expect([answer.status, answer.headers.connection]).toEqual([400, 'close']);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'HTTPS_ONLY',
      detail: `this port speaks https: ask https://127.0.0.1:${port}/api/v1/status`,
    });
    const page = await http(port, { path: '/drivers/a', headers: {} });
    expect([page.status, page.headers.location]).toEqual([308, `https://127.0.0.1:${port}/drivers/a`]);
    const lured = await http(port, { path: '/', headers: { host: 'evil.example' } });
    expect([lured.status, lured.headers.location]).toEqual([421, undefined]);
  });

  it("has browsers remember https with a certificate of the operator's alone", async () => {
    await using server = await TestServer.start({ tls: tlsOf(first, 'files') });
    expect((await https(server.port)).headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    await using server = await TestServer.start({ tls: tlsOf(first) });
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await shaken(server.port, { minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(shaken(server.port, old)).rejects.toThrow();
    expect((await https(server.port)).status).toBe(200);
  });

  it('gives new connections another certificate while those that are open live', async () => {
    await using server = await TestServer.start({ tls: tlsOf(first) });
    using agent = disposable(new Agent({ keepAlive: true, maxSockets: 1, ca: first.certificate }));
    const { port } = server;
    expect((await https(port, { agent: agent.it, ca: first.certificate })).status).toBe(200);
    server.useTls(tlsOf(second));
    expect((await https(port, { agent: agent.it, ca: first.certificate })).status).toBe(200); // the same connection
    const socket = await shaken(port, { ca: second.certificate });
    expect(socket.getPeerX509Certificate()?.subject).toContain('CN=second');
    socket.destroy();
    await expect(https(port, { ca: first.certificate })).rejects.toThrow(/self-signed/);
  });

  it('gets it and loses it while it is open: what was connected in clear is told, then closed', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock });
    const { port } = server;
    expect((await http(port)).status).toBe(200);
    const clear = connect(port, '127.0.0.1');
    clear.write('GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await once(clear, 'data');
    server.useTls(tlsOf(first));
    const closed = once(clear, 'close');
    await clock.advance(2_000);
    await closed;
    expect((await https(port)).status).toBe(200);
    server.useTls(undefined);
    expect((await http(port)).status).toBe(200);
  });

  it('keeps no place for those who do not shake hands, and ends them', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock, tls: tlsOf(first) });
    const silent = await Promise.all(Array.from({ length: 200 }, () => opened(server.port)));
    silent.slice(100).forEach((socket) => socket.write(Buffer.from([0x16, 0x03, 0x01]))); // begins, and leaves it at that
    await clock.advance(200); // more than one address may have: the oldest give way
    expect((await https(server.port)).status).toBe(200);
    const allEnded = async (): Promise<boolean> => {
      await clock.advance(10_000);
      return silent.every(({ destroyed }) => destroyed);
    };
    await waitFor(allEnded, { what: 'the silent ones to be closed' });
  });

  it('keeps who is served in a crowd of others', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock, tls: tlsOf(first) });
    const headers = { authorization, accept: 'text/event-stream' };
    const stream = httpsRequest({
      host: '127.0.0.1',
      port: server.port,
      path: '/api/v1/events',
      agent: false,
      ca,
      headers,
    });
    stream.end();
    const [events] = (await once(stream, 'response')) as [IncomingMessage];
    events.resume();
    const silent = await Promise.all(Array.from({ length: 200 }, () => opened(server.port)));
    const gaveWay = async (): Promise<boolean> => {
      await clock.advance(200); // whenever the server has taken them in
      return silent.some(({ destroyed }) => destroyed);
    };
    await waitFor(gaveWay, { what: 'the oldest of the silent to give way' });
    expect((await https(server.port)).status).toBe(200); // by then it would be known
    expect(events.destroyed).toBe(false);
    stream.destroy();
    silent.forEach((socket) => socket.destroy());
  });

  it('lives through nonsense', async () => {
    await using server = await TestServer.start({ tls: tlsOf(first) });
    for (const bytes of [Buffer.from([0x16, 3, 1, 0, 2, 9, 9]), Buffer.from([0, 1, 2]), Buffer.alloc(0)]) {
      const socket = await opened(server.port);
      socket.end(bytes);
      await waitFor(() => socket.destroyed, { what: 'the connection to end' });
    }
    expect((await https(server.port)).status).toBe(200);
  });
});

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

function disposable(it: Agent): Disposable & { readonly it: Agent } {
  return { it, [Symbol.dispose]: () => it.destroy() };
}
