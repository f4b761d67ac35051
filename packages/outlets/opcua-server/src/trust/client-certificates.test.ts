import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { OPCUACertificateManager, StatusCodes } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClientCertificates, factsOf } from './client-certificates.js';
import { maxRejected, pruneRejected } from './rejected-folder.js';

let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let manager: OPCUACertificateManager;
let certificates: ClientCertificates;

const rejected = (): string => join(home.path, 'rejected');
const trusted = (): string => join(home.path, 'trusted', 'certs');

beforeAll(async () => {
  home = await temporaryDirectory('fieldwarden-pki-');
  manager = new OPCUACertificateManager({ rootFolder: home.path, automaticallyAcceptUnknownCertificate: false });
  await manager.initialize();
  certificates = new ClientCertificates(manager, home.path);
});

afterAll(async () => {
  await manager.dispose();
  await home[Symbol.asyncDispose]();
});

/** As a client has one; DER. */
async function certificateOf(name: string): Promise<Buffer> {
  await using other = await temporaryDirectory('fieldwarden-client-pki-');
  const client = new OPCUACertificateManager({ rootFolder: other.path });
  await client.initialize();
  const outputFile = join(other.path, 'certificate.pem');
  await client.createSelfSignedCertificate({
    applicationUri: `urn:${name}`,
    subject: `CN=${name}`,
    dns: ['localhost'],
    startDate: new Date(Date.now() - 60_000),
    validity: 10,
    outputFile,
  });
  await client.dispose();
  return new X509Certificate(await readFile(outputFile)).raw;
}

/** Of 1,024 bits, made with `openssl req -x509 -newkey rsa:1024`. */
const weakPem = `-----BEGIN CERTIFICATE-----
MIICDzCCAXigAwIBAgIUZc8xn4Q9iWduH3GWaUw6HmrCtGswDQYJKoZIhvcNAQEL
BQAwDzENMAsGA1UEAwwEd2VhazAeFw0yNjExMzAxMTIyNTJaFw0zNjExMjcxMTIy
NTJaMA8xDTALBgNVBAMMBHdlYWswgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB
AOIQgcWta1IG8LyX0OF2yqy9Y7AWpcnaoUh9ll3oxMlztuDBEgLurcvTnEc2k8+r
njaGoE07l2AO64dVvcJ0hl7zkK8gQoil3q5dC0gQSXatPGGh4pKb7AoYCzZE38Aa
7J1cqqSUNMjxbjioNeZy8S8lVt4mXSYuaL6EPLlmPDGhAgMBAAGjaDBmMB0GA1Ud
DgQWBBSw4eW3HiMZVDJSNYg7GIO5RooTiTAfBgNVHSMEGDAWgBSw4eW3HiMZVDJS
NYg7GIO5RooTiTAPBgNVHRMBAf8EBTADAQH/MBMGA1UdEQQMMAqGCHVybjp3ZWFr
MA0GCSqGSIb3DQEBCwUAA4GBAIwnjM/IqkE/+0+Y0mAUM2OYxC/Sb0/j2ag0SyfK
nIHTrYAz1FpXfRFdHmT/9Ss/St9R9UMFfF8kZLmOaytQJ5SPQb1YiKwUWFih59oH
KbtKdjf7CX6hDQfM0rzPS4WvDyMTklBBRktzdRd1bD3qVL1p71ZqCKah/4GYQoPP
cGBD
-----END CERTIFICATE-----`;

const verdict = (certificate: Buffer) => certificates.verdict(certificate, () => manager.checkCertificate(certificate));

describe('a client’s certificate', () => {
  test('with a key below 2048 bits is refused, trusted or not', async () => {
    const weak = new X509Certificate(weakPem).raw;
    expect(factsOf(weak)).toMatchObject({ subject: 'CN=weak', applicationUri: 'urn:weak', keyBits: 1_024 });
    await manager.trustCertificate(weak);
    expect(await verdict(weak)).toEqual(StatusCodes.BadCertificatePolicyCheckFailed);
  });

  test('that an operator copied from rejected to trusted is let in, and is rejected no longer', async () => {
    const strong = await certificateOf('strong');
    expect(await verdict(strong)).toEqual(StatusCodes.BadCertificateUntrusted);
    const [name] = await readdir(rejected());
    await copyFile(join(rejected(), name), join(trusted(), 'copied.pem'));
    await waitFor(async () => (await verdict(strong)).equals(StatusCodes.Good), { what: 'the client to be let in' });
    expect(await readdir(rejected())).toEqual([]);
  });

  test('that was put into rejected last stays out', async () => {
    const strong = await certificateOf('later');
    await writeFile(join(trusted(), 'later.der'), strong);
    await waitFor(async () => (await verdict(strong)).equals(StatusCodes.Good), { what: 'the client to be let in' });
    await writeFile(join(rejected(), 'later.der'), strong);
    await waitFor(async () => (await verdict(strong)).isNotGood(), { what: 'the client to be kept out' });
    expect(await verdict(strong)).toEqual(StatusCodes.BadCertificateUntrusted);
  });

  test('that can not be read is told as such', () => {
    expect(factsOf(Buffer.from('no certificate'))).toMatchObject({ subject: 'with an unreadable certificate' });
  });
});

test('rejected keeps the newest certificates, whoever brings how many', async () => {
  const folder = join(home.path, 'many');
  await mkdir(folder);
  for (let i = 0; i < maxRejected + 5; i += 1) await writeFile(join(folder, `${String(i).padStart(3, '0')}.pem`), '');
  await pruneRejected(folder);
  const left = await readdir(folder);
  expect(left).toHaveLength(maxRejected);
  expect(left).toContain(`${maxRejected + 4}.pem`);
  await rm(folder, { recursive: true });
  await pruneRejected(folder); // not there
});
