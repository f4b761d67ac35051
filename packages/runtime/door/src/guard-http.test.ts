import { systemClock } from '@fieldwarden/core';
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Door } from './door.js';
import { guardHttp } from './guard-http.js';

let server: Server;
let door: Door;
let asked = 0;

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    response.end('answer');
  });
  door = new Door({ connections: 10, perAddress: 10 }, systemClock);
  guardHttp(server, door, { clock: systemClock });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  door[Symbol.dispose]();
  server.close();
});

const port = (): number => (server.address() as AddressInfo).port;

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** What comes back for these bytes, until the other side hangs up. */
async function sent(bytes: string): Promise<string> {
  const socket = connect(port(), '127.0.0.1');
  socket.on('error', () => undefined); // a reset: there was more to read
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const received: string[] = [];
  socket.on('data', (chunk) => received.push(chunk.toString()));
  socket.write(bytes);
  await closed;
  return received.join('');
}

it('closes a connection that sends thousands of requests without waiting for answers, after a few', async () => {
  asked = 0;
  await sent(request.repeat(20_000));
  expect(asked).toBeLessThanOrEqual(8);
});

it('answers requests one after the other on one connection, and a few that come at once', async () => {
  asked = 0;
  const answers = await sent(`${request.repeat(2)}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect([asked, answers.match(/answer/g)?.length]).toEqual([3, 3]);
  const socket = connect(port(), '127.0.0.1');
  for (let i = 0; i < 20; i++) {
    socket.write(request);
    await once(socket, 'data');
  }
  socket.destroy();
  expect(asked).toBe(23);
  const [answer] = (await once(get({ port: port(), host: '127.0.0.1' }), 'response')) as [NodeJS.ReadableStream];
  expect(await text(answer)).toBe('answer');
});
