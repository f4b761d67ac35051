import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { FaultProxy } from './fault-proxy.js';
import { waitFor } from './wait-for.js';

test('forwards both ways, and an orderly end behind the data', async () => {
  await using rig = await startRig();
  const client = await rig.connect();
  client.socket.end('hello');
  await once(client.socket, 'end');
  expect(client.text()).toBe('HELLO');
  await waitFor(() => rig.proxy.connections === 0, { what: 'both sides to be closed' });
});

test('an end does not overtake delayed data', async () => {
  await using rig = await startRig();
  rig.proxy.toClient.delayMs = 30;
  const client = await rig.connect();
  client.socket.end('hello');
  await once(client.socket, 'end');
  expect(client.text()).toBe('HELLO');
});

test('delays', async () => {
  await using rig = await startRig();
  rig.proxy.toServer.delayMs = 60;
  const client = await rig.connect();
  const startedAtMs = performance.now();
  client.socket.write('hello');
  await client.receives('HELLO');
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(59);
});

test('throttles to the bytes per second', async () => {
  await using rig = await startRig();
  rig.proxy.toServer.bytesPerSecond = 500;
  const client = await rig.connect();
  const startedAtMs = performance.now();
  client.socket.write('a'.repeat(50));
  await client.receives('A'.repeat(50));
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(95);
});

test('swallows one direction, and forwards again what comes later', async () => {
  await using rig = await startRig();
  const client = await rig.connect();
  rig.proxy.toClient.silent = true;
  client.socket.write('lost');
  await waitFor(() => rig.proxy.swallowedBytes === 4, { what: 'the answer at the proxy' });
  expect(rig.seenByServer()).toBe('lost');
  rig.proxy.toClient.silent = false;
  client.socket.write('found');
  await client.receives('FOUND');
});

test('splits at every byte', async () => {
  await using rig = await startRig();
  rig.proxy.toClient.splitEveryByte = true;
  const client = await rig.connect();
  client.socket.write('hello');
  await client.receives('HELLO');
  expect(client.chunks.map(String)).toEqual(['H', 'E', 'L', 'L', 'O']);
});

test('merges what comes within the window', async () => {
  await using rig = await startRig();
  rig.proxy.toClient.mergeMs = 50;
  const client = await rig.connect();
  client.socket.write('one');
  await waitFor(() => rig.seenByServer() === 'one', { what: 'the first request at the server' });
  client.socket.write('two');
  await client.receives('ONETWO');
  expect(client.chunks).toHaveLength(1);
});

test('corrupts one byte by its position in the stream of each connection', async () => {
  await using rig = await startRig();
  rig.proxy.toClient.corruptAt = 6;
  for (let round = 0; round < 2; round++) {
    const client = await rig.connect();
    client.socket.write('hello');
    await client.receivesBytes(5);
    client.socket.write('world');
    await client.receivesBytes(10);
    const inverted = String.fromCharCode('O'.charCodeAt(0) ^ 0xff);
    expect(client.latin1()).toBe(`HELLOW${inverted}RLD`);
  }
});

test('cuts a connection after so many bytes, with a reset', async () => {
  await using rig = await startRig();
  rig.proxy.toClient.cutAfterBytes = 3;
  const client = await rig.connect();
  client.socket.write('hello');
  await client.isReset();
  expect(client.text()).toBe('HEL');
});

test('drops open connections and accepts new ones', async () => {
  await using rig = await startRig();
  const client = await rig.connect();
  rig.proxy.dropConnections();
  await client.isReset();
  const next = await rig.connect();
  next.socket.write('again');
  await next.receives('AGAIN');
  expect(rig.proxy.accepted).toBe(2);
});

test('refuses new connections, leaves open ones alone, and listens again on the same port', async () => {
  await using rig = await startRig();
  const { port } = rig.proxy;
  const client = await rig.connect();
  rig.proxy.refuse();
  await expect(rig.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  client.socket.write('still here');
  await client.receives('STILL HERE');
  await rig.proxy.accept();
  expect(rig.proxy.port).toBe(port);
  const next = await rig.connect();
  next.socket.write('back');
  await next.receives('BACK');
});

test('half-open: neither data nor a close gets through, and the sockets stay', async () => {
  await using rig = await startRig();
  const client = await rig.connect();
  client.socket.write('before');
  await client.receives('BEFORE');
  rig.proxy.halfOpen = true;
  client.socket.write('into the void');
  rig.dropAtServer();
  const fresh = await rig.connect();
  fresh.socket.write('also lost');
  await waitFor(() => rig.proxy.swallowedBytes === 22, { what: 'both messages at the proxy' });
  expect(rig.seenByServer()).toBe('before');
  expect([client.socket.destroyed, client.socket.readableEnded, fresh.text()]).toEqual([false, false, '']);
});

test('half-open connections stay dead after healing, new ones work', async () => {
  await using rig = await startRig();
  const dead = await rig.connect();
  rig.proxy.halfOpen = true;
  await rig.proxy.heal();
  dead.socket.write('anyone?');
  await waitFor(() => rig.proxy.swallowedBytes === 7, { what: 'the message at the proxy' });
  const alive = await rig.connect();
  alive.socket.write('here');
  await alive.receives('HERE');
  expect(dead.text()).toBe('');
});

test('resets the client when the server behind it refuses', async () => {
  await using rig = await startRig();
  rig.stopServer();
  const client = await rig.connect();
  await client.isReset();
  await waitFor(() => rig.proxy.connections === 0, { what: 'the link to be gone' });
});

/** A server that answers in capitals, the proxy, and clients of it. */
async function startRig() {
  const atServer = new Set<Socket>();
  let seen = '';
  const server = createServer({ noDelay: true }, (socket) => {
    atServer.add(socket);
    socket.on('data', (bytes) => {
      seen += String(bytes);
      socket.write(String(bytes).toUpperCase());
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await FaultProxy.listen({ targetPort: (server.address() as AddressInfo).port });
  const clients: TestClient[] = [];
  return {
    proxy,
    seenByServer: () => seen,
    stopServer: () => void server.close(),
    dropAtServer: () => atServer.forEach((socket) => socket.resetAndDestroy()),
    async connect() {
      const client = new TestClient(connect({ port: proxy.port, host: '127.0.0.1', noDelay: true }));
      clients.push(client);
      await once(client.socket, 'connect');
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of clients) socket.destroy();
      await proxy[Symbol.asyncDispose]();
      server.close();
    },
  };
}

class TestClient {
  readonly socket: Socket;
  readonly chunks: Buffer[] = [];
  #error: unknown;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.chunks.push(bytes));
    socket.on('error', (error) => (this.#error = error));
  }

  text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  latin1(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  receives(text: string): Promise<unknown> {
    return waitFor(() => this.text() === text, { what: `${text} at the client` });
  }

  receivesBytes(count: number): Promise<unknown> {
    return waitFor(() => Buffer.concat(this.chunks).length === count, { what: `${count} bytes at the client` });
  }

  isReset(): Promise<unknown> {
    return waitFor(() => this.socket.destroyed && (this.#error as { code?: string })?.code === 'ECONNRESET', {
      what: 'the reset',
    });
  }
}
