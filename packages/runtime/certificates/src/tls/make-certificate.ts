import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { certifiedNames, type OwnNames } from '../facts/own-names.js';
import { dayMs, ownOrganisation } from '../facts/judge-certificate.js';

export interface CertificateRequest {
  readonly commonName: string;
  readonly names: OwnNames;
  /** ms since 1970 UTC. */
  readonly nowMs: number;
  /** Of the private key that it is for, PKCS 8 in PEM; undefined: a new one. */
  readonly key: string | undefined;
  /** Default: 397 days, the most that browsers take. */
  readonly validityDays?: number;
}

/** Both in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const validityDays = 397;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate for a server of this machine, signed by its own key. The library is loaded when it is needed: once a year. */
export async function makeServerCertificate(request: CertificateRequest): Promise<KeyPair> {
  await import('reflect-metadata'); // before the library, which asks for it
  const x509 = await import('@peculiar/x509');
  const keys = request.key === undefined ? await newKeys() : await keysOf(request.key);
  const { dns, ip } = certifiedNames(request.names);
  const { nowMs } = request;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [request.commonName.slice(0, 64)] }, { O: [ownOrganisation] }],
    notBefore: new Date(nowMs - dayMs), // clocks differ
    notAfter: new Date(nowMs - dayMs + (request.validityDays ?? validityDays) * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dns.map((value) => ({ type: 'dns' as const, value })),
        ...ip.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = createPrivateKey({
    key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    format: 'der',
    type: 'pkcs8',
  }).export({ type: 'pkcs8', format: 'pem' });
  return { certificate: new X509Certificate(Buffer.from(certificate.rawData)).toString(), key: key.toString() };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function keysOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const key = createPrivateKey(pem);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const { subtle } = webcrypto;
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  };
}

/** RFC 5280, 4.1.2.2: positive, unique, at most 20 octets. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
