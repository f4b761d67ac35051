import { statusCodes } from '@fieldwarden/core';
import { temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { createCrl, x509 } from 'node-opcua-crypto';
import { webcrypto, X509Certificate } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownIdentity } from './own-certificate.js';
import { ServerTrust } from './server-trust.js';

let directory: TemporaryDirectory;
let trust: ServerTrust;
const nowMs = Date.now();
const at = (...parts: string[]): string => join(directory.path, ...parts);

beforeEach(async () => {
  directory = await temporaryDirectory();
  trust = new ServerTrust(directory.path);
  for (const folder of [at('trusted', 'certs'), at('rejected'), at('issuers', 'certs'), at('issuers', 'crl')])
    await mkdir(folder, { recursive: true });
});
afterEach(() => directory[Symbol.asyncDispose]());

const status = async (certificate: X509Certificate, whenMs = nowMs): Promise<number> =>
  (await trust.check(certificate.raw, whenMs)).status;

describe('the certificate of a server', () => {
  test('that nobody knows is refused, and lies among the rejected once, for whoever trusts it', async () => {
    const { certificate } = await ownIdentity(at('server'), 'server', nowMs);
    expect(await status(certificate)).toBe(statusCodes.BadCertificateUntrusted);
    expect(await status(certificate)).toBe(statusCodes.BadCertificateUntrusted);
    const [name, ...others] = await readdir(at('rejected'));
    expect(others).toEqual([]);
    expect(new X509Certificate(await readFile(at('rejected', name))).fingerprint256).toBe(certificate.fingerprint256);
    await rename(at('rejected', name), at('trusted', 'certs', name));
    expect(await status(certificate)).toBe(statusCodes.Good);
  });

  test('that is in both folders counts as where it was put last', async () => {
    const { certificate, certificateFile } = await ownIdentity(at('server'), 'server', nowMs);
    await copyFile(certificateFile, at('trusted', 'certs', 'a.pem'));
    expect(await status(certificate)).toBe(statusCodes.Good);
    await new Promise((resolve) => setTimeout(resolve, 20)); // times of files have a step
    await copyFile(certificateFile, at('rejected', 'a.pem'));
    expect(await status(certificate)).toBe(statusCodes.BadCertificateUntrusted);
    await rm(at('rejected', 'a.pem'));
    expect(await status(certificate)).toBe(statusCodes.Good);
  });

  test('is refused outside of its time, trusted or not, and when it is none', async () => {
    const { certificate, certificateFile } = await ownIdentity(at('server'), 'server', nowMs);
    await copyFile(certificateFile, at('trusted', 'certs', 'a.pem'));
    expect(await status(certificate, Date.parse('2090-01-01'))).toBe(statusCodes.BadCertificateTimeInvalid);
    expect((await trust.check(Buffer.from('nothing'), nowMs)).status).toBe(statusCodes.BadCertificateInvalid);
  });

  test('of a trusted issuer is trusted if the issuer’s list is there and does not name it', async () => {
    const { certificate, certificateFile, key } = await ownIdentity(at('issuer'), 'issuer', nowMs);
    // Certified by itself: issuer and subject are one.
    await copyFile(certificateFile, at('issuers', 'certs', 'a.pem'));
    expect(await status(certificate)).toBe(statusCodes.BadCertificateRevocationUnknown);
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } } as const;
    const privateKey = await webcrypto.subtle.importKey(
      'pkcs8',
      key.export({ type: 'pkcs8', format: 'der' }),
      algorithm,
      true,
      ['sign'],
    );
    const issuer = new x509.X509Certificate(certificate.raw);
    const listOf = async (serials: readonly string[]): Promise<Buffer> => {
      const { der } = await createCrl({
        issuerName: issuer.subjectName,
        issuerPublicKey: issuer.publicKey,
        signingKey: privateKey,
        signingAlgorithm: algorithm,
        crlNumber: serials.length + 1,
        entries: serials.map((serialNumber) => ({ serialNumber, revocationDate: new Date(nowMs) })),
      });
      return Buffer.from(der);
    };
    await writeFile(at('issuers', 'crl', 'a.crl'), await listOf([]));
    expect(await status(certificate)).toBe(statusCodes.Good);
    await writeFile(at('issuers', 'crl', 'a.crl'), await listOf([certificate.serialNumber]));
    expect(await status(certificate)).toBe(statusCodes.BadCertificateRevoked);
  });
});

describe('the driver’s own certificate', () => {
  test('is made once, and made anew for the same key and application before it ends', async () => {
    const first = await ownIdentity(at('own'), 'press', nowMs);
    const second = await ownIdentity(at('own'), 'press', nowMs);
    expect(second.certificate.fingerprint256).toBe(first.certificate.fingerprint256);
    const later = await ownIdentity(at('own'), 'press', nowMs + 3_640 * 86_400_000);
    expect(later.certificate.fingerprint256).not.toBe(first.certificate.fingerprint256);
    expect([later.applicationUri, later.certificate.checkPrivateKey(first.key)]).toEqual([first.applicationUri, true]);
  });

  test('that is damaged is no reason to make another one in silence', async () => {
    const { certificateFile } = await ownIdentity(at('own'), 'press', nowMs);
    await writeFile(certificateFile, 'nothing');
    await expect(ownIdentity(at('own'), 'press', nowMs)).rejects.toMatchObject({
      kind: 'config',
      code: 'OPCUA_IDENTITY_DAMAGED',
    });
  });
});
