import { execFile } from 'node:child_process';
import { DeskBoard } from '@fieldwarden/service';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rename } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import { temporaryDirectory, waitFor, MemoryDesk } from '@fieldwarden/testkit';
import {
  AttributeIds,
  MessageSecurityMode,
  SecurityPolicy,
  StatusCodes,
  MonitoringMode,
  TimestampsToReturn,
  type ClientSessionRawSubscriptionService,
  type OPCUAClient,
  type OPCUAClientOptions,
} from 'node-opcua';
import { describe, expect, test, vi } from 'vitest';
import { OpcuaOutlet } from './opcua-outlet.js';
import type { OpcuaOutletOptions } from './server/outlet-options.js';
import { ScriptedWriter, tag, testClient, TestClient, TestOutlet } from './testing/test-outlet.js';

const tags = [tag('line/speed', { scalar: 'float32' })];
const encrypted: OPCUAClientOptions = {
  securityMode: MessageSecurityMode.SignAndEncrypt,
  securityPolicy: SecurityPolicy.Basic256Sha256,
};

function refusedStart(options: Partial<OpcuaOutletOptions>): Promise<unknown> {
  return TestOutlet.start(tags, options).then(
    () => 'started',
    (error: unknown) => error,
  );
}

/** What an operator does who looked at a rejected certificate. */
async function trustEveryRejected(pkiDir: string): Promise<void> {
  for (const file of await readdir(join(pkiDir, 'rejected'))) {
    await rename(join(pkiDir, 'rejected', file), join(pkiDir, 'trusted', 'certs', file));
  }
}

describe('start', () => {
  test('names the endpoint, the application and the namespace', async () => {
    await using gateway = await TestOutlet.start(tags);
    expect(gateway.outlet.endpointUrl).toBe(`opc.tcp://127.0.0.1:${gateway.outlet.port}/fieldwarden`);
    await using client = await TestClient.connect(gateway);
    const arrays = await client.session.read(
      ['i=2254', 'i=2255'].map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
    );
    expect(arrays[0].value.value).toEqual([`urn:${hostname()}:fieldwarden`]);
    expect(arrays[1].value.value).toContain('urn:fieldwarden:test');
    expect(gateway.outlet.statistics()).toMatchObject({ sessions: 1, subscriptions: 0, monitoredItems: 0 });
  });

  test('says which port is taken and how to choose another one', async () => {
    await using other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await refusedStart({ port })).toMatchObject({
      kind: 'config',
      code: 'PORT_TAKEN',
      message: expect.stringMatching(new RegExp(`${port}.*--opcua-port`)) as string,
    });
  });

  test('listens on its own address and no other', async () => {
    await using gateway = await TestOutlet.start(tags);
    const socket = connect(gateway.outlet.port, '127.0.0.2');
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('is found by clients that insist on the name or address by which they asked', async () => {
    await using gateway = await TestOutlet.start(tags);
    for (const host of ['localhost', '127.0.0.1']) {
      const url = `opc.tcp://${host}:${gateway.outlet.port}/fieldwarden`;
      await using client = await TestClient.connect(gateway, { endpointMustExist: true }, url);
      expect(client.session.endpoint.endpointUrl).toBe(url);
    }
  });

  test('goes by its host names, tells each of them to clients that do not say how they came, and names them in its certificate', async () => {
    const hostNames = ['gateway.plant.example', '192.168.7.1', '2001:db8::5'];
    await using gateway = await TestOutlet.start(tags, { hostNames });
    const { port, endpointUrl } = gateway.outlet;
    expect(endpointUrl).toBe(`opc.tcp://gateway.plant.example:${port}/fieldwarden`);
    await using client = await TestClient.connect(gateway, {}, `opc.tcp://127.0.0.1:${port}`);
    const urls = async (endpointUrlAsked: string): Promise<unknown> =>
      (await client.client.getEndpoints({ endpointUrl: endpointUrlAsked })).map(({ endpointUrl: url }) => url);
    expect(await urls('urn:nowhere')).toEqual(
      ['gateway.plant.example', '192.168.7.1', '[2001:db8::5]'].map((host) => `opc.tcp://${host}:${port}/fieldwarden`),
    );
    expect(await urls(`opc.tcp://192.168.7.1:${port}`)).toEqual([`opc.tcp://192.168.7.1:${port}/fieldwarden`]);
    const certificate = new X509Certificate(await readFile(join(gateway.pkiDir, 'own', 'certs', 'certificate.pem')));
    expect(certificate.checkHost('gateway.plant.example')).toBeDefined();
    for (const address of ['192.168.7.1', '2001:db8::5', '127.0.0.1'])
      expect(certificate.checkIP(address)).toBeDefined();
    expect(certificate.checkHost(hostname())).toBeDefined();
  });

  test.each([[[]], [['Basic128Rsa15']], [['None', 'basic256sha256']]])(
    'refuses the policies %j',
    async (securityPolicies) => {
      expect(await refusedStart({ securityPolicies })).toMatchObject({ kind: 'config', code: 'OPCUA_SECURITY_POLICY' });
    },
  );

  test("makes its certificate in the product's name, once", async () => {
    await using home = await temporaryDirectory();
    const certificate = async (): Promise<string> => {
      const gateway = await TestOutlet.start(tags, { pkiDir: home.path, securityPolicies: ['Basic256Sha256'] });
      await gateway[Symbol.asyncDispose]();
      return readFile(join(home.path, 'own', 'certs', 'certificate.pem'), 'utf8');
    };
    const first = await certificate();
    expect(first).toContain('BEGIN CERTIFICATE');
    expect(await certificate()).toBe(first);
    expect(new X509Certificate(first).subject).toMatch(/O=Fieldwarden$/m);
    expect(await readdir(home.path)).toEqual(expect.arrayContaining(['issuers', 'own', 'rejected', 'trusted']));
  });
});

describe('security (§10.1)', () => {
  test('a policy that is not listed is refused', async () => {
    await using gateway = await TestOutlet.start(tags, { securityPolicies: ['Aes256_Sha256_RsaPss'] });
    await expect(TestClient.connect(gateway)).rejects.toThrow(/security/i);
    await expect(TestClient.connect(gateway, encrypted)).rejects.toThrow();
    expect(gateway.outlet.statistics().sessions).toBe(0);
  });

  test('a client is let in once its certificate was moved from rejected to trusted, which the log asks for', async () => {
    await using gateway = await TestOutlet.start(tags, { securityPolicies: ['Basic256Sha256'] });
    await expect(TestClient.connect(gateway, encrypted)).rejects.toThrow();
    expect(await readdir(join(gateway.pkiDir, 'rejected'))).toHaveLength(1);
    expect(gateway.outlet.statistics()).toMatchObject({ refusedClients: 1, refusedConnections: 1 });
    expect(gateway.logger.messages('warn')).toEqual([
      expect.stringMatching(/certificate is not trusted; to let it in: fieldwarden certs trust [0-9A-F]{12}/),
    ]);
    await trustEveryRejected(gateway.pkiDir);
    await using client = await whenTrusted(() => TestClient.connect(gateway, encrypted));
    expect((await client.read('line/speed')).statusCode.name).toBe('BadWaitingForInitialData');
  });

  test('a client that is not trusted reads why in an ERR message', async () => {
    await using gateway = await TestOutlet.start(tags, { securityPolicies: ['Basic256Sha256'] });
    const answers: Buffer[] = [];
    await using proxy = createServer((socket) => forward(socket, gateway.outlet.port, answers)).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `opc.tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}/fieldwarden`;
    await expect(TestClient.connect(gateway, encrypted, url)).rejects.toThrow();
    const error = Buffer.concat(answers);
    const at = error.indexOf('ERRF');
    expect(error.readUInt32LE(at + 8)).toBe(StatusCodes.BadSecurityChecksFailed.value);
    expect(error.toString('utf8', at + 16)).toBe('the server does not trust this certificate');
  });

  test('without anonymous and without encryption nobody gets a session, and the log says why', async () => {
    await using gateway = await TestOutlet.start(tags, { anonymous: false });
    expect(gateway.logger.messages('warn')).toEqual([
      expect.stringMatching(/no OPC UA client gets in: anonymous is off/),
    ]);
    const client = await connected(gateway);
    await expect(client.createSession()).rejects.toThrow(/anonymous/i);
    await client.disconnect();
    expect(gateway.outlet.statistics().sessions).toBe(0);
  });
});

async function connected({ outlet }: TestOutlet, options: OPCUAClientOptions = {}): Promise<OPCUAClient> {
  const client = await testClient(options);
  await client.connect(outlet.endpointUrl);
  return client;
}

/** The store notices a moved file after a moment. */
function whenTrusted<T extends object>(attempt: () => Promise<T>): Promise<T> {
  return waitFor(attempt, { what: 'the trusted client to get in', intervalMs: 100 });
}

describe('connections (§10.1)', () => {
  const closed = (socket: Socket): Promise<unknown> => once(socket.resume(), 'close');

  test('that stay silent or have no session are cut; a quiet session is not', async () => {
    await using gateway = await TestOutlet.start(tags, { handshakeTimeoutMs: 2_000 });
    await using quiet = await TestClient.connect(gateway);
    const silent = connect(gateway.outlet.port, '127.0.0.1');
    const channelOnly = await testClient();
    await channelOnly.connect(gateway.outlet.endpointUrl);
    await Promise.all([closed(silent), once(channelOnly, 'connection_lost')]);
    expect((await quiet.read('line/speed')).statusCode.name).toBe('BadWaitingForInitialData');
    await channelOnly.disconnect();
  });

  test('that talk nonsense are closed and harm nobody', async () => {
    await using gateway = await TestOutlet.start(tags);
    await using client = await TestClient.connect(gateway);
    const socket = connect(gateway.outlet.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed(socket);
    expect((await client.read('line/speed')).statusCode.name).toBe('BadWaitingForInitialData');
  });

  test('that announce an impossible chunk are closed, and the process lives', async () => {
    await using gateway = await TestOutlet.start(tags);
    const socket = connect(gateway.outlet.port, '127.0.0.1');
    const impossible = Buffer.from('4d534746f0ffffff0000000000000000', 'hex');
    socket.write(Buffer.concat([hello(gateway.outlet.endpointUrl), impossible]));
    await closed(socket);
    expect(gateway.logger.messages('warn')).toEqual([
      expect.stringMatching(/127\.0\.0\.1.*closed: a chunk of 4294967280 bytes/),
    ]);
  });

  test('that send a broken certificate get an answer, and the process lives', async () => {
    await using gateway = await TestOutlet.start(tags);
    await using proxy = createServer((socket) => breakCertificates(socket, gateway.outlet.port)).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `opc.tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}/fieldwarden`;
    await expect(TestClient.connect(gateway, {}, url)).rejects.toThrow(/BadInternalError/);
    expect(gateway.logger.messages('warn')).toEqual([expect.stringMatching(/CreateSessionRequest failed/)]);
  });
});

/** OPC 10000-6, 7.1.2.3. */
function hello(url: string): Buffer {
  const message = Buffer.alloc(32 + url.length);
  message.write('HELF');
  [message.length, 0, 65_536, 65_536, 0, 0, url.length].forEach((word, i) => message.writeUInt32LE(word, 4 + 4 * i));
  message.write(url, 32);
  return message;
}

/** Forwards everything, and keeps what comes back. */
function forward(socket: Socket, port: number, answers: Buffer[]): void {
  const upstream = connect(port, '127.0.0.1');
  upstream.on('data', (data: Buffer) => void answers.push(data));
  socket.pipe(upstream).pipe(socket);
  socket.on('error', () => upstream.destroy());
  upstream.on('error', () => socket.destroy());
}

/** Forwards everything, but cuts short what looks like a certificate: DER, a sequence longer than 255 bytes. */
function breakCertificates(socket: Socket, port: number): void {
  const upstream = connect(port, '127.0.0.1');
  socket.on('data', (data: Buffer) => {
    const at = data.indexOf(Buffer.from([0x30, 0x82]));
    if (at >= 0) data.writeUInt16BE(0xffff, at + 2);
    upstream.write(data);
  });
  upstream.pipe(socket);
  socket.on('close', () => upstream.destroy()).on('error', () => upstream.destroy());
  upstream.on('close', () => socket.destroy()).on('error', () => socket.destroy());
}

/** The declaration's first overload, which takes a callback, hides the one that gives a promise. */
interface PromisedTransfer {
  transferSubscriptions(request: { subscriptionIds: number[]; sendInitialValues: boolean }): Promise<unknown>;
}

test('a subscription that moves to another session stays what it was, and its items are counted once', async () => {
  await using gateway = await TestOutlet.start(tags, { securityPolicies: ['Basic256Sha256'] });
  await expect(TestClient.connect(gateway, encrypted)).rejects.toThrow();
  await trustEveryRejected(gateway.pkiDir);
  await using first = await whenTrusted(() => TestClient.connect(gateway, encrypted));
  const { subscriptionId } = await first.subscribe();
  await first.session.close(false);
  await using second = await TestClient.connect(gateway, encrypted);
  const session = second.session as unknown as PromisedTransfer & ClientSessionRawSubscriptionService;
  await session.transferSubscriptions({ subscriptionIds: [subscriptionId], sendInitialValues: true });
  const itemToMonitor = { nodeId: second.id('line/speed'), attributeId: AttributeIds.Value };
  const requestedParameters = { clientHandle: 1, samplingInterval: 510, queueSize: 1, discardOldest: true };
  const created = await session.createMonitoredItems({
    subscriptionId,
    timestampsToReturn: TimestampsToReturn.Both,
    itemsToCreate: [{ itemToMonitor, requestedParameters, monitoringMode: MonitoringMode.Reporting }],
  });
  expect(created.results?.[0].revisedSamplingInterval).toBe(510);
  expect(gateway.outlet.statistics()).toMatchObject({ sessions: 1, subscriptions: 1, monitoredItems: 1 });
});

describe('stop', () => {
  test('cuts connected clients with their subscriptions, frees the port and may be called twice', async () => {
    await using gateway = await TestOutlet.start(tags);
    const client = await TestClient.connect(gateway);
    const subscription = await client.subscribe();
    await client.monitor(subscription, 'line/speed');
    const lost = once(client.client, 'connection_lost');
    await Promise.all([gateway.outlet.stop(), gateway.outlet.stop(), lost]);
    await using again = await TestOutlet.start(tags, { port: gateway.outlet.port });
    expect(again.outlet.port).toBe(gateway.outlet.port);
    await client.client.disconnect();
  });

  test('leaves nothing behind that keeps the process alive', { timeout: 70_000 }, async () => {
    await using home = await temporaryDirectory();
    const script = `
      import { silentLogger, systemClock } from '@fieldwarden/core';
      import { OpcuaOutlet } from '@fieldwarden/opcua-server';
      import { TagStore } from '@fieldwarden/tags';
      import { DeskBoard, refusingDesk } from '@fieldwarden/service';
      import { OPCUAClient } from 'node-opcua';
      const options = { host: '127.0.0.1', port: 0, site: 's', pkiDir: process.argv[1], securityPolicies: ['None'], anonymous: true, version: '1' };
      const store = new TagStore(systemClock, silentLogger);
      const outlet = await OpcuaOutlet.start(options, { store, writer: {}, logger: silentLogger, clock: systemClock, history: new DeskBoard().history, access: refusingDesk, acts: new DeskBoard().acts });
      const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
      await client.connect(outlet.endpointUrl);
      await client.createSession();
      await outlet.stop();
      await client.disconnect();
      console.log('stopped');`;
    const child = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, home.path], {
      timeout: 60_000,
      cwd: import.meta.dirname,
    });
    expect(child).toEqual({ stdout: 'stopped\n', stderr: '' });
  });

  test('ends the listening to the store', async () => {
    await using home = await temporaryDirectory();
    const store = new TagStore(systemClock, silentLogger);
    const ended = vi.fn();
    const begun = [vi.spyOn(store, 'onChange'), vi.spyOn(store, 'onDefinition')];
    for (const begins of begun) begins.mockReturnValue({ [Symbol.dispose]: ended });
    const options = {
      host: '127.0.0.1',
      port: 0,
      site: 'test',
      pkiDir: home.path,
      securityPolicies: ['None'],
      anonymous: true,
      version: '1',
    };
    const outlet = await OpcuaOutlet.start(options, {
      store,
      writer: new ScriptedWriter(store),
      logger: silentLogger,
      clock: systemClock,
      history: new DeskBoard().history,
      access: new MemoryDesk(),
      acts: new DeskBoard().acts,
    });
    expect(ended).not.toHaveBeenCalled();
    await outlet.stop();
    expect(ended).toHaveBeenCalledTimes(begun.reduce((sum, { mock }) => sum + mock.calls.length, 0));
  });
});

test('what the library has to say goes to the log, not to the console', async () => {
  await using gateway = await TestOutlet.start(tags, { securityPolicies: ['Basic256Sha256'] });
  const printed = vi.spyOn(console, 'log');
  await expect(TestClient.connect(gateway, encrypted)).rejects.toThrow();
  expect(printed).not.toHaveBeenCalled();
  expect(gateway.logger.messages('debug')).toContainEqual(expect.stringContaining('Sender Certificate Error'));
  printed.mockRestore();
});
