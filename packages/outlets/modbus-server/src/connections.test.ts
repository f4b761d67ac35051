import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { FakeClock, waitFor } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { RtuServerFraming } from './protocol/rtu-framing.js';
import modbusServer from './service.js';
import { modbusServerSettings } from './settings.js';
import { frame, hex, TestClient } from './testing/test-client.js';
import {
  startTestServer,
  testContext,
  type TestServer,
  type TestServerOptions,
  type TestTag,
} from './testing/test-server.js';

const many = Array.from({ length: 125 }, (_, i) => i);
const tags: readonly TestTag[] = [
  ['word', 'uint16', 7],
  ['many', 'uint16[125]', many],
];
const units = [
  {
    map: [
      { path: 'word', address: 'HR0', access: 'read-write' },
      { path: 'many', address: 'HR1' },
    ],
  },
];

let server: TestServer;

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

async function serve({ settings, ...options }: TestServerOptions = {}): Promise<TestServer> {
  server = await startTestServer(tags, { ...options, settings: { units, ...settings } });
  return server;
}

const ended = (): unknown => server.service.status().connectionsEnded;
const connections = (): unknown => server.service.status().connections;

describe('a connection', () => {
  it('may send requests byte by byte, and all at once', async () => {
    await serve();
    using client = await server.client();
    for (const byte of frame(1, 1, '03 0000 0001')) {
      client.socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.answer()).toEqual({ transactionId: 1, unitId: 1, pdu: '03020007' });
    client.socket.write(Buffer.concat(Array.from({ length: 500 }, (_, i) => frame(i, 1, '03 0000 0001'))));
    for (let i = 0; i < 500; i++) expect(await client.answer()).toMatchObject({ transactionId: i, pdu: '03020007' });
  });

  it('gets its answers also after it said that it sends no more', async () => {
    await serve();
    using client = await server.client();
    client.socket.end(Buffer.concat([frame(1, 1, '06 0000 0001'), frame(2, 1, '03 0000 0001')]));
    expect((await client.answer()).pdu).toBe('0600000001');
    expect((await client.answer()).pdu).toBe('03020001');
    await client.closed();
  });

  it('holds up nobody else with half a request', async () => {
    await serve();
    using silent = await server.client();
    silent.socket.write(frame(1, 1, '03 0000 0001').subarray(0, 9));
    using client = await server.client();
    expect(await client.ask('03 0000 0001')).toBe('03020007');
    expect(silent.isClosed).toBe(false);
  });

  it('is closed when its bytes are no Modbus, after what it asked before', async () => {
    await serve();
    using client = await server.client();
    client.socket.write(Buffer.concat([frame(1, 1, '03 0000 0001'), Buffer.from('GET / HTTP/1.1\r\n')]));
    expect((await client.answer()).pdu).toBe('03020007');
    await client.closed();
    expect(ended()).toMatchObject({ notModbus: 1 });
  });

  it('survives whatever anybody sends', async () => {
    await serve();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), async (chunks) => {
        using client = await server.client();
        for (const chunk of chunks) client.socket.write(chunk);
        client.socket.end();
        await client.closed();
      }),
      { numRuns: 100 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 253 }), async (pdu) => {
        using client = await server.client();
        const answer = await client.ask(Buffer.from(pdu).toString('hex'));
        expect(parseInt(answer.slice(0, 2), 16) & 0x7f).toBe(pdu[0] & 0x7f);
      }),
      { numRuns: 200 },
    );
    expect(server.logger.messages('error')).toEqual([]);
    expect(server.failures).toEqual([]);
    await waitFor(() => connections() === 0, { what: 'all connections to be gone' });
  });

  it('that goes in the middle of a write leaves nothing behind', async () => {
    await serve();
    const device = Promise.withResolvers<{ outcome: 'done'; status: 0 }>();
    server.writer.answer = () => device.promise;
    using client = await server.client();
    client.send('06 0000 0001');
    await waitFor(() => server.writer.requests.length === 1, { what: 'the write' });
    client.socket.resetAndDestroy();
    await waitFor(() => connections() === 0, { what: 'the connection to be gone' });
    device.resolve({ outcome: 'done', status: 0 });
    using other = await server.client();
    expect(await other.ask('03 0000 0001')).toBe('03020001');
  });

  it('that does not take its answers is not answered further, and closed after 10 s', async () => {
    const clock = new FakeClock();
    await serve({ clock });
    using reader = await server.client();
    using client = await server.client();
    client.socket.pause();
    const burst = Buffer.concat(Array.from({ length: 1000 }, (_, i) => frame(i, 1, '03 0001 007d')));
    const send = (): void => void client.socket.write(burst, (error) => error ?? send());
    send();
    const asked = (): number => Number(server.service.status().requests);
    let before = -1;
    await waitFor(() => before === (before = asked()) && before > 100, { what: 'the server to stop', intervalMs: 100 });
    expect(await reader.ask('03 0000 0001')).toBe('03020007');
    await clock.advance(9_000);
    expect(ended()).toMatchObject({ slow: 0 });
    await clock.advance(2_000);
    expect(ended()).toMatchObject({ slow: 1 });
    expect(connections()).toBe(1);
  });
});

describe('connections', () => {
  it('that ask nothing for long are closed', async () => {
    const clock = new FakeClock();
    await serve({ clock, settings: { idleMs: 60_000 } });
    using idle = await server.client();
    using busy = await server.client();
    await busy.ask('03 0000 0001');
    await clock.advance(59_000);
    expect(await busy.ask('03 0000 0001')).toBe('03020007');
    idle.socket.write(Buffer.of(0));
    await clock.advance(2_000);
    await idle.closed();
    expect(busy.isClosed).toBe(false);
    expect(ended()).toMatchObject({ idle: 1 });
  });

  it('are limited: a further one takes the place of one that asked nothing, then of the one idle longest', async () => {
    const clock = new FakeClock();
    await serve({ clock, settings: { maxConnections: 2 } });
    using first = await server.client();
    await first.ask('03 0000 0001');
    await clock.advance(100);
    using silent = await server.client();
    using third = await server.client();
    await silent.closed();
    await third.ask('03 0000 0001');
    using fourth = await server.client();
    await first.closed();
    expect(await fourth.ask('03 0000 0001')).toBe('03020007');
    expect(await third.ask('03 0000 0001')).toBe('03020007');
    expect(ended()).toMatchObject({ evicted: 2 });
  });

  it('in a flood take no place of a client at work', async () => {
    await serve({ settings: { maxConnections: 8 } });
    using client = await server.client();
    await client.ask('03 0000 0001');
    const flood = await Promise.all(Array.from({ length: 300 }, () => TestClient.connect(server.port)));
    expect(await client.ask('03 0000 0001')).toBe('03020007');
    await waitFor(() => ended() !== undefined && (ended() as { evicted: number }).evicted === 293, {
      what: 'the evictions',
    });
    expect(connections()).toBe(8);
    for (const one of flood) one[Symbol.dispose]();
  });

  it('are refused to addresses that are not allowed, and said once', async () => {
    await serve({ settings: { allow: ['10.0.0.0/8'] } });
    using first = await server.client();
    await first.closed();
    using second = await server.client();
    await second.closed();
    expect(ended()).toMatchObject({ notAllowed: 2 });
    expect(server.logger.messages('warn')).toEqual([
      '127.0.0.1 is not among the addresses that modbusServer.allow lets in',
    ]);
  });

  it('pass on RTU frames where the settings say so; frames of other units and broadcasts are not answered', async () => {
    await serve({ settings: { framing: 'rtu-over-tcp' } });
    using client = await server.client();
    const rtu = (unitId: number, pdu: string): Buffer =>
      new RtuServerFraming().wrap({ transactionId: 0, unitId, pdu: Buffer.alloc(0) }, hex(pdu));
    client.socket.write(Buffer.concat([rtu(2, '03 0000 0001'), rtu(1, '03 0000 0001'), rtu(1, '07')]));
    const expected = Buffer.concat([rtu(1, '03 02 0007'), rtu(1, '87 01')]);
    await waitFor(() => client.received.length >= expected.length, { what: 'the answers' });
    expect(client.received).toEqual(expected);
  });
});

describe('the service', () => {
  it('takes over maps and rules without losing a connection, and closes those that are no longer allowed', async () => {
    await serve();
    using client = await server.client();
    expect(await client.ask('03 0000 0001')).toBe('03020007');
    const next = { port: 0, units: [{ unitId: 1, map: [{ path: 'word', address: 'HR5' }] }] };
    await server.service.apply!(modbusServerSettings.parse(next));
    expect(await client.ask('03 0000 0001')).toBe('8302');
    expect(await client.ask('03 0005 0001')).toBe('03020007');
    expect(server.tags.listeners).toBe(1);
    await server.service.apply!(modbusServerSettings.parse({ ...next, allow: ['10.0.0.0/8'] }));
    await client.closed();
  });

  it('says that its port is taken, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await serve();
    await expect(startTestServer(tags, { settings: { port } })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      kind: 'config',
    });
    other.close();
  });

  it('is free of its port also when it is stopped while it starts', async () => {
    const clock = new FakeClock();
    await using context = await testContext(tags, { clock });
    const service = modbusServer.create(context);
    const started = service.start(new AbortController().signal);
    await service.stop();
    const { port } = (await started)!;
    await expect(TestClient.connect(port)).rejects.toThrow();
    expect(clock.pendingTimers).toBe(0);
  });

  it('frees its port, its clients and the tags when it stops, also twice', async () => {
    await serve();
    using client = await server.client();
    await client.ask('03 0000 0001');
    await server.service.stop();
    await client.closed();
    expect(server.tags.listeners).toBe(0);
    await expect(TestClient.connect(server.port)).rejects.toThrow();
    await server.service.stop();
  });

  it('tells what it does', async () => {
    const clock = new FakeClock();
    await serve({ clock });
    using client = await server.client();
    await clock.advance(1_000);
    for (let i = 0; i < 9; i++) await client.ask('03 0000 0001');
    await client.ask('03 0100 0001');
    await clock.advance(1_000);
    expect(server.service.status()).toMatchObject({
      url: `modbus+tcp://127.0.0.1:${server.port}`,
      connections: 1,
      clients: [{ peer: '127.0.0.1', requests: 10, idleMs: 1000 }],
      requests: 10,
      requestsPerSecond: 10,
      exceptions: { 2: 1 },
    });
    await clock.advance(1_000);
    expect(server.service.status()).toMatchObject({ requests: 10, requestsPerSecond: 0 });
    expect(server.service.health()).toEqual({ state: 'Healthy' });
    const samples = server.service.metrics!().map(({ name, labels, value }) =>
      [name, ...Object.values(labels ?? {}), value].join(' '),
    );
    expect(samples).toContain('modbus_server_connections 1');
    expect(samples).toContain('modbus_server_requests_total readHoldingRegisters 10');
    expect(samples).toContain('modbus_server_exceptions_total 2 1');
  });

  it('warns once where everybody may write', async () => {
    await serve({ bind: '0.0.0.0' });
    expect(server.logger.messages('warn')).toEqual([expect.stringContaining('Modbus knows no passwords')]);
  });
});
