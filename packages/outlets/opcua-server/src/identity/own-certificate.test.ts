import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { OPCUACertificateManager } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCertificates, openCertificates } from './certificates.js';
import { dayMs } from '@fieldwarden/certificates';
import { ensureOwnCertificate, readOwnCertificate, type CertificateOwner } from './own-certificate.js';
import { ownFiles } from './own-identity.js';

const nowMs = Date.UTC(2030, 5, 1);
const owner: CertificateOwner = {
  newApplicationUri: 'urn:gateway-1:fieldwarden',
  names: { required: ['gateway-1', '10.0.0.5'], addresses: [] },
  nowMs,
  site: 'lab',
  machineName: 'gateway-1',
};

const cleanup = new AsyncDisposableStack();
let pkiDir: string;
let manager: OPCUACertificateManager;

beforeAll(async () => {
  pkiDir = cleanup.use(await temporaryDirectory()).path;
  const stores = await openCertificates(pkiDir);
  cleanup.defer(() => closeCertificates(stores));
  manager = stores.server;
});
afterAll(() => cleanup.disposeAsync());

/** Puts one there, as made at `nowMs`. */
async function put({ validity, subject = '/CN=gateway-1/O=Fieldwarden' }: { validity: number; subject?: string }) {
  await manager.createSelfSignedCertificate({
    applicationUri: owner.newApplicationUri,
    dns: ['gateway-1'],
    ip: ['10.0.0.5'],
    outputFile: ownFiles(pkiDir).certificateFile,
    startDate: new Date(nowMs),
    subject,
    validity,
  });
  return (await readOwnCertificate(pkiDir))!;
}

const own = async (changes: Partial<CertificateOwner> = {}) =>
  await ensureOwnCertificate(manager, pkiDir, { ...owner, ...changes });
const ownFingerprint = async () => (await readOwnCertificate(pkiDir))!.fingerprint;

describe('the own certificate', () => {
  it('is made where there is none, for ten years, and names the server and the machine', async () => {
    const { verdict, replaced } = await own();
    expect(replaced).toBeUndefined();
    expect(verdict).toMatchObject({ isOurs: true, flaws: [], isDue: false, unnamedAddresses: [] });
    const certificate = (await readOwnCertificate(pkiDir))!;
    expect(certificate.subject).toBe('O=Fieldwarden\nCN=Fieldwarden lab@gateway-1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    for (const address of ['10.0.0.5', '127.0.0.1']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.subjectAltName).toContain('URI:urn:gateway-1:fieldwarden');
    expect(verdict.endsAtMs).toBe(nowMs + 3_649 * dayMs);
  });

  it('stays while it serves', async () => {
    const before = await ownFingerprint();
    expect(await own({ nowMs: nowMs + 3_600 * dayMs })).toMatchObject({ verdict: { flaws: [] } });
    expect(await ownFingerprint()).toBe(before);
  });

  it('that was made for one day is made anew with the same key; the one before is kept', async () => {
    const before = await put({ validity: 1 });
    const { verdict, replaced } = await own();
    expect(replaced?.flaws).toEqual(['ends on 2030-06-02']);
    expect(verdict).toMatchObject({ isOurs: true, flaws: [] });
    const after = (await readOwnCertificate(pkiDir))!;
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.checkPrivateKey(createPrivateKey(await readFile(ownFiles(pkiDir).keyFile, 'utf8')))).toBe(true);
    expect(new X509Certificate(await readFile(replaced!.archivedAs)).fingerprint).toBe(before.fingerprint);
    expect(await readdir(join(pkiDir, 'own', 'certs'))).toEqual(['certificate.pem']);
  });

  it.each([
    ['has ended', { nowMs: nowMs + 400 * dayMs }, 'ended on 2031-06-01'],
    ['ends in less than 30 days', { nowMs: nowMs + 336 * dayMs }, 'ends on 2031-06-01'],
    ['was made when the clock was wrong', { nowMs: nowMs - dayMs }, 'is not valid before 2030-06-01'],
    [
      'does not name what the plant says',
      { names: { required: ['gateway-1', 'plant.example', '10.0.0.6'], addresses: [] } },
      'does not name plant.example, 10.0.0.6',
    ],
  ])('that %s is made anew', async (_what, changes, flaw) => {
    await put({ validity: 365 });
    const { verdict, replaced } = await own(changes);
    expect(replaced?.flaws).toEqual([flaw]);
    expect(verdict.flaws).toEqual([]);
  });

  it('keeps the application URI that clients know, also on a machine of another name', async () => {
    await put({ validity: 365 });
    const renamed = { newApplicationUri: 'urn:gateway-2:fieldwarden', machineName: 'gateway-2' };
    const names = { required: ['gateway-2'], addresses: [] };
    const { applicationUri, replaced } = await own({ ...renamed, names });
    expect(replaced?.flaws).toEqual(['does not name gateway-2']);
    expect(applicationUri).toBe('urn:gateway-1:fieldwarden');
    expect((await readOwnCertificate(pkiDir))!.subjectAltName).toContain('URI:urn:gateway-1:fieldwarden');
  });

  it('that was made when the server listened to its own machine only is made anew when it listens to all', async () => {
    const first = await own({
      names: { required: ['gateway-1', '127.0.0.1'], addresses: [] },
      nowMs: nowMs + 9_999 * dayMs,
    });
    expect(first.verdict.flaws).toEqual([]);
    const later = {
      nowMs: nowMs + 9_999 * dayMs,
      names: { required: ['gateway-1'], addresses: ['10.1.0.1', '10.2.0.1'] },
    };
    const { verdict, replaced } = await own(later);
    expect(replaced?.flaws).toEqual(['does not name 10.1.0.1, 10.2.0.1']);
    expect(verdict).toMatchObject({ flaws: [], unnamedAddresses: [] });
  });

  it('that names an address stays when others come: clients would have to trust another one', async () => {
    const before = await put({ validity: 365 });
    const { verdict, replaced } = await own({ names: { required: [], addresses: ['10.0.0.5', '172.17.0.1'] } });
    expect(replaced).toBeUndefined();
    expect(verdict).toMatchObject({ flaws: [], unnamedAddresses: ['172.17.0.1'] });
    expect(await ownFingerprint()).toBe(before.fingerprint);
  });

  it("of the operator's stays as it is, with what is wrong with it", async () => {
    const before = await put({ validity: 1, subject: '/CN=gateway-1/O=Plant operator' });
    const { verdict, replaced } = await own({ nowMs: nowMs + 2 * dayMs });
    expect(replaced).toBeUndefined();
    expect(verdict).toMatchObject({ isOurs: false, isDue: true, hasEnded: true, flaws: ['ended on 2030-06-02'] });
    expect(await ownFingerprint()).toBe(before.fingerprint);
  });
});
