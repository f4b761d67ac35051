import { temporaryDirectory } from '@fieldwarden/testkit';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayMs } from '../facts/judge-certificate.js';
import { checkTlsFiles } from './check-tls-files.js';
import { makeServerCertificate } from './make-certificate.js';

const nowMs = Date.UTC(2030, 5, 1);
const cleanup = new AsyncDisposableStack();
let folder: string;

beforeAll(async () => {
  folder = cleanup.use(await temporaryDirectory('fieldwarden-tls-files-')).path;
  for (const name of ['one', 'other']) {
    const names = { required: [name], addresses: [] };
    const pair = await makeServerCertificate({ commonName: name, names, nowMs, key: undefined });
    await writeFile(at(`${name}.pem`), pair.certificate);
    await writeFile(at(`${name}.key`), pair.key);
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  await writeFile(at('locked.key'), locked);
  await writeFile(at('note.txt'), 'nothing');
});
afterAll(() => cleanup.disposeAsync());

const at = (name: string): string => join(folder, name);

function told(certFile: string | null, keyFile: string | null, atMs = nowMs): readonly string[] {
  const file = (name: string | null): string | null => (name === null ? null : at(name));
  const { findings, pair } = checkTlsFiles({ enabled: true, certFile: file(certFile), keyFile: file(keyFile) }, atMs);
  expect(pair !== undefined).toBe(findings.every(({ severity }) => severity === 'warning') && certFile !== null);
  return findings.map(({ field, rule, message }) => `${field} ${rule}: ${message.replaceAll(`${folder}/`, '')}`);
}

it.each([
  ['nothing', null, null, []],
  ['a pair', 'one.pem', 'one.key', []],
  ['half a pair', 'one.pem', null, ['keyFile tls-pair: a certificate needs its private key: keyFile']],
  ['the other half', null, 'one.key', ['certFile tls-pair: a private key needs its certificate: certFile']],
  ['what is no certificate', 'note.txt', 'one.key', ['certFile tls-certificate: note.txt holds no certificate in PEM']],
  [
    'a key with a passphrase',
    'one.pem',
    'locked.key',
    ['keyFile tls-key: locked.key holds no private key in PEM without a passphrase'],
  ],
  [
    'two that do not belong together',
    'one.pem',
    'other.key',
    [
      'keyFile tls-pair: the private key in other.key does not belong to the certificate in one.pem; give the two that were made together',
    ],
  ],
])('says of %s what is wrong', (_what, certFile, keyFile, findings) => {
  expect(told(certFile, keyFile)).toEqual(findings);
});

it('warns of a certificate that ends soon or has ended, which may still be served', () => {
  expect(told('one.pem', 'one.key', nowMs + 380 * dayMs)).toEqual([
    'certFile tls-time: the certificate in one.pem ends on 2031-07-02; renew it',
  ]);
  expect(told('one.pem', 'one.key', nowMs + 400 * dayMs)).toEqual([
    'certFile tls-time: the certificate in one.pem ended on 2031-07-02: browsers and programs refuse it; renew it',
  ]);
});

it('refuses a file that is missing, and a name that is not absolute', () => {
  expect(told('gone.pem', 'one.key')).toEqual([expect.stringMatching(/^certFile tls-file: gone\.pem cannot be read/)]);
  const { findings } = checkTlsFiles({ enabled: true, certFile: 'tls.pem', keyFile: at('one.key') }, nowMs);
  expect(findings).toMatchObject([{ rule: 'tls-file', message: expect.stringContaining('is not absolute') as string }]);
});
