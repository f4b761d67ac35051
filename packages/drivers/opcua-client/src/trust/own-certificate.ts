import { createPrivateKey, generateKeyPair, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GatewayError, messageOf } from '@fieldwarden/core';

/** By which the servers know this driver. */
export interface OwnIdentity {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly applicationUri: string;
  readonly certificateFile: string;
}

const validityDays = 3_650;
const dayMs = 86_400_000;
/** A certificate is made anew, for the same key, so long before it ends. */
const renewBeforeMs = 30 * dayMs;

/** Laid out as OPC UA programs do (OPC 10000-12, F). */
function files(folder: string): { readonly keyFile: string; readonly certificateFile: string } {
  return {
    keyFile: join(folder, 'own', 'private', 'private_key.pem'),
    certificateFile: join(folder, 'own', 'certs', 'certificate.pem'),
  };
}

/** The key and certificate in the driver's folder, made if they are not there, and the certificate renewed in time. Kind `config` when damaged. */
export async function ownIdentity(folder: string, driverId: string, nowMs: number): Promise<OwnIdentity> {
  const { keyFile, certificateFile } = files(folder);
  const key = (await parsed(keyFile, createPrivateKey)) ?? (await newKey(keyFile));
  const present = await parsed(certificateFile, (text) => new X509Certificate(text));
  if (present && !present.checkPrivateKey(key)) throw damaged(certificateFile, `does not belong to the key ${keyFile}`);
  const applicationUri = (present && uriOf(present)) ?? `urn:${hostname()}:fieldwarden:${driverId}`;
  const isSound = present !== undefined && present.validToDate.getTime() - nowMs > renewBeforeMs;
  const certificate = isSound
    ? present
    : await newCertificate(key, certificateFile, { driverId, applicationUri, nowMs });
  return { certificate, key, applicationUri, certificateFile };
}

async function newKey(keyFile: string): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  await replace(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

async function newCertificate(
  key: KeyObject,
  certificateFile: string,
  { driverId, applicationUri, nowMs }: { driverId: string; applicationUri: string; nowMs: number },
): Promise<X509Certificate> {
  const { CertificatePurpose, createSelfSignedCertificate } = await import('node-opcua-crypto');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const privateKey = await webcrypto.subtle.importKey(
    'pkcs8',
    key.export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    true,
    ['sign'],
  );
  const { cert } = await createSelfSignedCertificate({
    privateKey,
    notBefore: new Date(nowMs - dayMs), // clocks differ
    validity: validityDays,
    // At most 64 characters (X.520, ub-common-name); `/` and `=` divide the parts of a subject.
    subject: `/CN=${`Fieldwarden ${driverId}@${hostname()}`.replace(/[/=\\"]/g, '-').slice(0, 64)}/O=Fieldwarden`,
    dns: [hostname()],
    applicationUri,
    purpose: CertificatePurpose.ForApplication,
  });
  await replace(certificateFile, cert);
  return new X509Certificate(cert);
}

/** Whole at every instant. */
async function replace(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function uriOf({ subjectAltName }: X509Certificate): string | undefined {
  return /URI:([^,]+)/.exec(subjectAltName ?? '')?.[1];
}

async function parsed<T>(file: string, parse: (text: string) => T): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(file, `cannot be read: ${messageOf(error)}`);
  });
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    throw damaged(file, `is damaged: ${messageOf(error)}`);
  }
}

function damaged(file: string, what: string): GatewayError {
  return new GatewayError({
    code: 'OPCUA_IDENTITY_DAMAGED',
    kind: 'config',
    message: `${file} ${what}. Restore own/private/private_key.pem and own/certs/certificate.pem of this driver from a backup, or remove both: new ones are made, and servers have to trust the new certificate`,
  });
}
