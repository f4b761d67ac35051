import type { CertificateAnswer, CertificateList } from '@fieldwarden/admin-contract';
import { makeServerCertificate } from '@fieldwarden/certificates';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli, type CliResult } from '../processes/run-cli.js';
import { CertifiedClient, readServerState } from './opcua-client.js';

const plant = (tls?: object): object => ({
  version: 1,
  site: 'certs',
  opcua: { anonymous: true, securityPolicies: ['Basic256Sha256'] },
  ...(tls && { tls }),
});

describe('certificates and TLS of a gateway (§13.3)', () => {
  const cleanup = new AsyncDisposableStack();
  let folder: string;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    folder = cleanup.use(await temporaryDirectory('fieldwarden-certificates-')).path;
    gateway = cleanup.use(await GatewayProcess.start(plant()));
  });
  afterAll(() => cleanup.disposeAsync());

  it('lists an OPC UA client that it refused, lets it in once it is trusted, and ends its session once it is rejected', async () => {
    await using scada = await CertifiedClient.of(folder);
    await expect(scada.connect(gateway)).rejects.toThrow();
    const { thumbprint } = await waitFor(
      async () =>
        (await certificates()).find(({ store, lastSeenFrom }) => store === 'rejected' && lastSeenFrom !== null),
      { what: 'the client to be listed', timeoutMs: 5_000 },
    );
    expect((await gateway.cli('events')).stdout).toContain(`certs trust ${thumbprint.slice(0, 12)}`);
    const table = await gateway.cli('certs', 'list');
    expect(table.stdout).toMatch(new RegExp(`^rejected +opcua +${thumbprint.slice(0, 12)} .*127\\.0\\.0\\.1`, 'm'));
    const trusted = await gateway.cliJson<CertificateAnswer>('certs', 'trust', thumbprint.slice(0, 8));
    expect(trusted).toMatchObject({ certificate: { thumbprint, store: 'trusted' }, applied: true });
    const { client, session } = await scada.connect(gateway); // the very next attempt
    expect(await readServerState(session)).toBe(0);
    const lost = once(client, 'connection_lost');
    await gateway.cliJson('certs', 'reject', thumbprint);
    await lost; // its channel is closed by then, or a moment later
    await expect(scada.connect(gateway)).rejects.toThrow();
    await client.disconnect();
  });

  it('renews the own certificate of the OPC UA server when it is asked to, for the same key and application', async () => {
    const own = async () => (await certificates()).find(({ store, use }) => store === 'own' && use === 'opcua')!;
    const before = await own();
    const { code, stderr } = await gateway.cli('certs', 'own', '--renew', '--use', 'opcua');
    expect([code, stderr]).toEqual([0, '']);
    const after = await own();
    expect(after.thumbprint).not.toBe(before.thumbprint);
    expect([after.keyFingerprint, after.applicationUri]).toEqual([before.keyFingerprint, before.applicationUri]);
  });

  it('refuses a pair of files that do not belong together in words, and runs on', async () => {
    const [one, other] = [await put('one'), await put('other')];
    const refused = await publish({ enabled: true, certFile: one.certFile, keyFile: other.keyFile });
    expect(refused.code).toBe(78);
    expect(refused.stdout + refused.stderr).toMatch(
      /does not belong to the certificate in .*\(tls\.keyFile\) \[tls-pair\]/,
    );
    expect(gateway.runFile.adminProtocol).toBe('http');
  });

  it('speaks https alone on its port once the plant says so, with a certificate that a client can pin', async () => {
    const token = (await gateway.cliJson<{ readonly token: string }>('tokens', 'create', 'remote', '--role', 'admin'))
      .token;
    const { code, stdout } = await publish({ enabled: true });
    expect([code, stdout]).toEqual([0, expect.stringContaining('answer by https alone')]);
    await waitFor(() => gateway.runFile.adminProtocol === 'https', { what: 'run.json to say so' });
    const { keyFingerprint } = (await certificates()).find(({ use }) => use === 'tls')!;
    const { adminPort } = gateway.runFile;
    const url = `https://127.0.0.1:${adminPort}`;
    const env = { FIELDWARDEN_TOKEN: token, XDG_CONFIG_HOME: join(folder, 'config') };
    expect((await runCli(['status', '--url', url], env)).stderr).toContain(keyFingerprint);
    expect((await runCli(['status', '--url', url, '--fingerprint', keyFingerprint], env)).code).toBe(0);
    const ca = join(gateway.home, 'pki', 'tls', 'certificate.pem');
    expect((await runCli(['status', '--url', url, '--ca', ca], env)).code).toBe(0);
    const hint = await runCli(['status', '--url', `http://127.0.0.1:${adminPort}`], env);
    expect([hint.code, hint.stderr]).toEqual([1, expect.stringMatching(/speaks https: ask https:/)]);
    const page = await asked(httpRequest, { port: adminPort, path: '/drivers' });
    expect([page.statusCode, page.headers.location]).toEqual([308, `${url}/drivers`]);
    const answer = await asked(httpsRequest, { port: adminPort, path: '/api/v1/status', rejectUnauthorized: false });
    expect([answer.statusCode, answer.headers['strict-transport-security']]).toEqual([401, undefined]);
  });

  it("serves the operator's files, and others in their place to new connections while one that is open lives", async () => {
    const files = await put('tls', 'first');
    expect((await publish({ enabled: true, ...files })).code).toBe(0);
    await waitFor(async () => (await subject()) === 'CN=first', { what: 'the files to be served' });
    const open = await shaken();
    const second = await put('next', 'second');
    await rename(second.certFile, files.certFile);
    await rename(second.keyFile, files.keyFile);
    await waitFor(async () => (await subject()) === 'CN=second', { what: 'the new files to be served' });
    open.write('GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    expect(await text(open)).toMatch(/^HTTP\/1\.1 401 /); // without a token, but answered
    const { headers } = await asked(httpsRequest, {
      port: gateway.runFile.adminPort,
      path: '/',
      rejectUnauthorized: false,
    });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  async function certificates(): Promise<CertificateList['certificates']> {
    return (await gateway.get<CertificateList>('/certificates')).certificates;
  }

  async function put(
    name: string,
    commonName = name,
  ): Promise<{ readonly certFile: string; readonly keyFile: string }> {
    const names = { required: ['gateway.plant.example'], addresses: [] };
    const pair = await makeServerCertificate({ commonName, names, nowMs: Date.now(), key: undefined });
    const files = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
    await writeFile(files.certFile, pair.certificate);
    await writeFile(files.keyFile, pair.key);
    return files;
  }

  async function publish(tls: object): Promise<CliResult> {
    const file = join(folder, 'plant.json');
    await writeFile(file, JSON.stringify(plant(tls)));
    return await gateway.cli('config', 'publish', file, '-m', 'TLS');
  }

  async function shaken(): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: gateway.runFile.adminPort, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    return socket;
  }

  async function subject(): Promise<string | undefined> {
    const socket = await shaken();
    const found = socket.getPeerX509Certificate()?.subject.split('\n')[0];
    socket.destroy();
    return found;
  }
});

function asked(send: typeof httpRequest, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', agent: false, ...options }, (message) => {
      message.resume();
      resolve(message);
    });
    request.on('error', reject);
    request.end();
  });
}
