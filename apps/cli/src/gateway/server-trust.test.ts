import { TestServer, testToken } from '@fieldwarden/admin-api/testing';
import { certificateFacts, makeServerCertificate } from '@fieldwarden/certificates';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../testing/run-here.js';

const cleanup = new AsyncDisposableStack();
let folder: string;

beforeAll(async () => {
  folder = cleanup.use(await temporaryDirectory('fieldwarden-trust-')).path;
});
afterAll(() => cleanup.disposeAsync());

async function certificateOf(name: string, nowMs = Date.now()) {
  const request = { commonName: name, names: { required: [name], addresses: [] }, nowMs, key: undefined };
  const { certificate: cert, key } = await makeServerCertificate(request);
  const { keyFingerprint } = certificateFacts(new X509Certificate(cert));
  const caFile = join(folder, `${name}.pem`);
  await writeFile(caFile, cert);
  return { tls: { context: createSecureContext({ cert, key }), source: 'own' as const }, keyFingerprint, caFile };
}

const env = (known = 'config') => ({ FIELDWARDEN_TOKEN: testToken, XDG_CONFIG_HOME: join(folder, known) });
const status = (port: number, ...more: readonly string[]): readonly string[] => [
  'status',
  '--url',
  `https://127.0.0.1:${port}`,
  ...more,
];

test('a gateway that nobody knows is told nothing, unless somebody compares its fingerprint; then it is known', async () => {
  const { tls, keyFingerprint } = await certificateOf('gateway-1');
  await using server = await TestServer.start({ tls });
  const unknown = await runHere(status(server.port), env());
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain(keyFingerprint);
  expect(unknown.stderr).toMatch(/nobody here has vouched for.*--fingerprint SHA256:.*--ca FILE/s);
  expect((await runHere(status(server.port), env(), 'n')).code).toBe(1);
  const asked = await runHere(status(server.port), env(), 'y');
  expect([asked.code, asked.stderr]).toEqual([0, expect.stringContaining(keyFingerprint)]);
  expect(await runHere(status(server.port), env())).toMatchObject({ code: 0, stderr: '' });
});

test('another key than the one that is known is refused in words, whatever is answered', async () => {
  const { tls } = await certificateOf('gateway-2');
  await using server = await TestServer.start({ tls });
  expect((await runHere(status(server.port), env('other'), 'y')).code).toBe(0);
  server.useTls((await certificateOf('stranger')).tls);
  const refused = await runHere(status(server.port), env('other'), 'y');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/shows another key than before.*Somebody may stand between.*known-gateways\.json/s);
});

test('--fingerprint is for scripts: it asks nobody, and a wrong one is refused', async () => {
  const { tls, keyFingerprint } = await certificateOf('gateway-3');
  await using server = await TestServer.start({ tls });
  expect(await runHere(status(server.port, '--fingerprint', keyFingerprint), env('none'))).toMatchObject({ code: 0, stderr: '' }); // prettier-ignore
  const wrong = await runHere(status(server.port, '--fingerprint', 'SHA256:AAAA'), env('none'));
  expect(wrong.stderr).toMatch(/shows the key SHA256:.*, not SHA256:AAAA; nothing was sent/);
});

test('--ca takes the authority, or the certificate itself; one that it does not vouch for is refused in words', async () => {
  const { tls, caFile } = await certificateOf('gateway-4');
  await using server = await TestServer.start({ tls });
  expect(await runHere(status(server.port, '--ca', caFile), env('none'))).toMatchObject({ code: 0, stderr: '' });
  expect((await runHere(status(server.port), { ...env('none'), FIELDWARDEN_CA: caFile })).code).toBe(0);
  const { caFile: otherCa } = await certificateOf('another');
  const refused = await runHere(status(server.port, '--ca', otherCa), env('none'));
  expect(refused.stderr).toMatch(/is not one that .*another\.pem vouches for/);
  expect((await runHere(status(server.port, '--ca', join(folder, 'gone.pem')), env('none'))).stderr).toMatch(/gone\.pem cannot be read/); // prettier-ignore
});

test('who mixes up http and https is told so', async () => {
  const { tls } = await certificateOf('gateway-5');
  await using encrypted = await TestServer.start({ tls });
  const clear = await runHere(['status', '--url', `http://127.0.0.1:${encrypted.port}`], env('none'));
  expect(clear.stderr).toMatch(/This port speaks https: ask https:\/\/127\.0\.0\.1/);
  await using plain = await TestServer.start();
  const tried = await runHere(status(plain.port, '--fingerprint', 'SHA256:AAAA'), env('none'));
  expect(tried.stderr).toMatch(/does not speak https/);
});
