import type { FindingList, Service, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { OPCUACertificateManager } from 'node-opcua';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';

const plant = {
  version: 1,
  site: 'hour',
  drivers: [
    {
      id: 'sim',
      type: 'simulator',
      devices: [{ id: 'd', tags: [{ path: 'a', address: 'sine', dataType: 'float64' }] }],
    },
  ],
};

describe('the OPC UA server of a plant that says nothing of it (§10.1)', () => {
  const open = new AsyncDisposableStack();
  let gateway: GatewayProcess;

  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    open.defer(() => rmSync(home, { recursive: true, force: true }));
    await putDayCertificate(join(home, 'pki'));
    gateway = open.use(await GatewayProcess.launch({ plant, home }));
  });

  afterAll(async () => await open.disposeAsync());

  const certificate = (): X509Certificate =>
    new X509Certificate(readFileSync(join(gateway.home, 'pki', 'own', 'certs', 'certificate.pem')));

  async function opcua(): Promise<Service> {
    const { services } = await gateway.get<ServiceList>('/services');
    return services.find(({ id }) => id === 'opcua')!;
  }

  it('waits for people with accounts, and warns of a document by which nobody gets in', async () => {
    const { detail } = await waitFor(async () => ofState(await opcua(), 'Healthy'), { what: 'opcua to be Healthy' });
    expect(detail?.admitsNobody).toBeUndefined();
    const file = join(gateway.home, 'same.json');
    writeFileSync(file, JSON.stringify(plant));
    expect((await gateway.cliJson<FindingList>('config', 'validate', file)).findings).toEqual([]);
    const document = { ...plant, opcua: { securityPolicies: ['None'] } };
    writeFileSync(file, JSON.stringify(document));
    const validated = await gateway.cliJson<FindingList>('config', 'validate', file);
    expect(validated.findings).toMatchObject([{ rule: 'opcua-admits-nobody', severity: 'warning', path: 'opcua' }]);
    expect(validated.findings[0].message).toMatch(
      /securityPolicies: \[Basic256Sha256\] \} for clients with an account/,
    );
    const { body } = await gateway.ask<FindingList>('POST', '/config/validate', { document });
    expect(body.findings).toMatchObject([{ rule: 'opcua-admits-nobody' }]);
  });

  it('says of a mistake in a document what was meant, and of a plan not that something was published', async () => {
    const file = join(gateway.home, 'float.json');
    const text = JSON.stringify(plant).replace('float64', 'REAL');
    writeFileSync(file, text);
    const { code, stderr } = await gateway.cli('config', 'diff', file);
    expect(code).toBe(78);
    expect(stderr).toContain('REAL is float32 here');
    expect(stderr).toContain('what runs goes on. Correct what the findings name');
    expect(stderr).not.toContain('published');
    const missing = await gateway.cli('config', 'diff', join(gateway.home, 'missing.yaml'));
    expect(missing).toMatchObject({ code: 78, stderr: expect.stringContaining('there is no such file') as string });
  });

  it('has a certificate that lasts, made anew with the same key where it found one of a day', async () => {
    expect(Date.parse(certificate().validTo)).toBeGreaterThan(Date.now() + 3_000 * 86_400_000);
    const { stdout } = await gateway.cli('events', '-n', '200');
    expect(stdout).toMatch(/new own certificate.* as the one before ends on .*trust the new one/);
    expect(certificate().checkHost(hostname())).toBeDefined();
    expect(certificate().checkIP('127.0.0.1')).toBeDefined();
  });

  it('goes by the names of the plant once it says some, and is Healthy once somebody gets in', async () => {
    const hostNames = ['gateway.plant.example', '192.168.7.1'];
    const file = join(gateway.home, 'other.json');
    writeFileSync(file, JSON.stringify({ ...plant, opcua: { anonymous: true, hostNames } }));
    expect(await gateway.cli('config', 'publish', file, '-m', 'names')).toMatchObject({ code: 0 });
    const { url } = await waitFor(async () => ofState(await opcua(), 'Healthy'), { what: 'opcua to be Healthy' });
    expect(url).toMatch(/^opc\.tcp:\/\/gateway\.plant\.example:\d+\/fieldwarden$/);
    expect(certificate().checkHost('gateway.plant.example')).toBeDefined();
    expect(certificate().checkIP('192.168.7.1')).toBeDefined();
  });
});

const ofState = (service: Service, state: Service['state']): Service | undefined =>
  service.state === state ? service : undefined;

/** As the gateway would have made it, but for a day. */
async function putDayCertificate(pki: string): Promise<void> {
  const manager = new OPCUACertificateManager({ rootFolder: pki, automaticallyAcceptUnknownCertificate: false });
  await manager.initialize();
  await manager.createSelfSignedCertificate({
    applicationUri: `urn:${hostname()}:fieldwarden`,
    dns: [hostname()],
    ip: ['127.0.0.1'],
    outputFile: join(pki, 'own', 'certs', 'certificate.pem'),
    startDate: new Date(),
    subject: '/CN=day/O=Fieldwarden',
    validity: 1,
  });
  await manager.dispose();
}
