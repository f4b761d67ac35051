import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFingerprint } from '../facts/certificate-facts.js';
import { dayMs } from '../facts/judge-certificate.js';
import { makeServerCertificate } from './make-certificate.js';
import { ownTlsFiles } from './own-tls-certificate.js';
import { TlsKeeper, type ServedTls } from './tls-keeper.js';

let cleanup: AsyncDisposableStack;
let folder: string;
let clock: FakeClock;
let keeper: TlsKeeper;
let told: string[];
let trouble: string | undefined;
let served: ServedTls | undefined;

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  folder = cleanup.use(await temporaryDirectory('fieldwarden-tls-')).path;
  clock = new FakeClock();
  told = [];
  trouble = undefined;
  served = undefined;
  keeper = cleanup.use(
    new TlsKeeper({
      folder: join(folder, 'own'),
      needs: () => ({ names, nowMs: clock.wallMs(), commonName: 'Fieldwarden lab@gateway-1' }),
      clock,
      logger: collectingLogger(),
      tell: (message) => void told.push(message),
      onTrouble: (message) => (trouble = message),
      onServed: (next) => (served = next),
    }),
  );
});
afterEach(async () => await cleanup.disposeAsync());

const names = { required: ['gateway-1', 'plant.example', '10.0.0.5'], addresses: ['2001:db8::5'] };
const own = { enabled: true, certFile: null, keyFile: null };

/** A pair of the operator's at `name.pem` and `name.key`. */
async function put(name: string, commonName: string, validityDays?: number) {
  const request = { commonName, names, nowMs: clock.wallMs(), key: undefined, ...(validityDays && { validityDays }) };
  const pair = await makeServerCertificate(request);
  const files = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
  await writeFile(files.certFile, pair.certificate);
  await writeFile(files.keyFile, pair.key);
  return { enabled: true, ...files };
}

const subject = (): string | undefined => served?.leaf.subject.split('\n')[0];

describe('own certificate for TLS', () => {
  it('is made for 397 days, names the machine, and its key is for its owner alone', async () => {
    await keeper.apply(own);
    const { leaf, source } = served!;
    expect(source).toBe('own');
    for (const name of ['gateway-1', 'plant.example', 'localhost']) expect(leaf.checkHost(name)).toBe(name);
    for (const address of ['10.0.0.5', '127.0.0.1', '2001:db8::5']) expect(leaf.checkIP(address)).toBe(address);
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(397 * dayMs);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect((await stat(ownTlsFiles(join(folder, 'own')).keyFile)).mode & 0o777).toBe(0o600);
    expect(told).toEqual([expect.stringContaining(keyFingerprint(leaf.publicKey))]);
  });

  it('stays over starts, and is renewed for the same key 30 days before its end while it runs', async () => {
    await keeper.apply(own);
    const first = served!.leaf;
    await keeper.apply(own);
    expect(served!.leaf.fingerprint).toBe(first.fingerprint);
    await clock.advance(360 * dayMs);
    expect(served!.leaf.fingerprint).toBe(first.fingerprint);
    await clock.advance(7 * dayMs);
    await keeper.apply(own); // in turn after what is under way
    expect(served!.leaf.fingerprint).not.toBe(first.fingerprint);
    expect(keyFingerprint(served!.leaf.publicKey)).toBe(keyFingerprint(first.publicKey));
  });

  it('is made anew when somebody asks, and when its key is lost', async () => {
    await keeper.apply(own);
    const first = served!.leaf;
    await keeper.renewOwn();
    const second = served!.leaf;
    expect(second.fingerprint).not.toBe(first.fingerprint);
    const { keyFile, certificateFile } = ownTlsFiles(join(folder, 'own'));
    await writeFile(keyFile, 'no key');
    await keeper.apply(own);
    expect(keyFingerprint(served!.leaf.publicKey)).not.toBe(keyFingerprint(first.publicKey));
    const kept = new X509Certificate(await readFile(certificateFile));
    expect(kept.checkPrivateKey(createPrivateKey(await readFile(keyFile, 'utf8')))).toBe(true);
  });
});

describe("an operator's files", () => {
  it('are served, and others in their place a moment later', async () => {
    const settings = await put('tls', 'first');
    await keeper.apply(settings);
    expect([subject(), served!.source, trouble]).toEqual(['CN=first', 'files', undefined]);
    await put('tls', 'second');
    await clock.advance(2_000);
    await keeper.apply(settings);
    expect(subject()).toBe('CN=second');
  });

  it('that do not belong together are never served: what was there goes on, and somebody is told once that stays so', async () => {
    const settings = await put('tls', 'first');
    await keeper.apply(settings);
    const other = await put('other', 'second');
    await writeFile(settings.certFile, await readFile(other.certFile));
    await looks(1);
    expect([subject(), trouble]).toEqual(['CN=first', undefined]); // the key may be on its way
    await looks(1);
    expect(subject()).toBe('CN=first');
    expect(trouble).toMatch(/the private key in .*tls\.key does not belong to the certificate in .*tls\.pem.*; the certificate that was served before goes on/); // prettier-ignore
    await writeFile(settings.keyFile, await readFile(other.keyFile));
    await looks(1);
    expect([subject(), trouble]).toEqual(['CN=second', undefined]);
  });

  it('that are not there at a start cost nobody the console: an own certificate is served', async () => {
    const settings = await put('tls', 'first');
    await keeper.apply({ ...settings, keyFile: join(folder, 'missing.key') });
    expect([subject(), served!.source]).toEqual(['CN=Fieldwarden lab@gateway-1', 'own']);
    expect(trouble).toMatch(/missing\.key cannot be read.*serves a certificate of its own/);
  });

  it('are given up when TLS is switched off', async () => {
    await keeper.apply(await put('tls', 'first'));
    await keeper.apply({ enabled: false, certFile: null, keyFile: null });
    expect(served).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});

/** Lets `times` looks at the files come to their end. */
async function looks(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await clock.advance(2_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
