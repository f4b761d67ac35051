import { temporaryDirectory } from '@fieldwarden/testkit';
import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@fieldwarden/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thumbprintOf } from '../facts/certificate-facts.js';
import { makeServerCertificate } from '../tls/make-certificate.js';
import { CertificateBook } from './certificate-book.js';
import { LastSeen } from './last-seen.js';
import { storeFolders, type MovableStore, type StoreFolders } from './store-folders.js';

let cleanup: AsyncDisposableStack;
let pkiDir: string;
let folders: StoreFolders;
/** What the server was told, with the files that were there then. */
let told: { readonly thumbprint: string; readonly trusted: readonly string[]; readonly rejected: readonly string[] }[];
let book: CertificateBook;

beforeEach(async () => {
  const home = await temporaryDirectory('fieldwarden-book-');
  cleanup = new AsyncDisposableStack();
  cleanup.use(home);
  pkiDir = home.path;
  folders = storeFolders(pkiDir);
  for (const store of ['trusted', 'rejected', 'issuers'] as const) await mkdir(folders[store], { recursive: true });
  told = [];
  book = new CertificateBook({
    pkiDir,
    tlsCertificate: () => undefined,
  });
});
afterEach(async () => {
  await cleanup.disposeAsync();
});

const moved = async (thumbprint: string): Promise<void> =>
  void told.push({ thumbprint, trusted: await names('trusted'), rejected: await names('rejected') });

const names = async (store: MovableStore): Promise<readonly string[]> => (await readdir(folders[store])).sort();

async function certificateOf(commonName: string): Promise<X509Certificate> {
  const nowMs = Date.UTC(2030, 5, 1);
  const names = { required: [commonName], addresses: [] };
  return new X509Certificate((await makeServerCertificate({ commonName, names, nowMs, key: undefined })).certificate);
}

async function put(store: MovableStore, name: string, certificate: X509Certificate): Promise<string> {
  await writeFile(join(folders[store], name), certificate.raw);
  return thumbprintOf(certificate);
}

describe('the book of certificates', () => {
  it('lists what is in the stores, with who came last; what is no certificate costs itself only', async () => {
    const certificate = await certificateOf('press-1');
    const thumbprint = await put('rejected', 'press.der', certificate);
    await writeFile(join(folders.rejected, 'notes.txt'), 'call the integrator');
    const seen = await LastSeen.open(folders.lastSeen, systemClock);
    seen.note(thumbprint, '192.0.2.7');
    await seen[Symbol.asyncDispose]();
    const { certificates, unreadable } = await book.page();
    expect(unreadable).toEqual([{ store: 'rejected', file: 'notes.txt' }]);
    expect(certificates).toMatchObject([
      {
        store: 'rejected',
        use: 'opcua',
        subject: 'CN=press-1, O=Fieldwarden',
        thumbprint,
        key: 'EC P-256',
        notBefore: '2030-05-31T00:00:00.000Z',
        notAfter: '2031-07-02T00:00:00.000Z',
        lastSeenFrom: '192.0.2.7',
      },
    ]);
    expect(certificates[0].keyFingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });

  it('trusts by the beginning of a thumbprint, and tells the server while the certificate is in both folders', async () => {
    const thumbprint = await put('rejected', 'press.der', await certificateOf('press-1'));
    expect(await book.trust(thumbprint.slice(0, 8).toLowerCase(), moved)).toMatchObject({
      store: 'trusted',
      thumbprint,
    });
    expect(told).toEqual([{ thumbprint, trusted: ['press.der'], rejected: ['press.der'] }]);
    expect([await names('trusted'), await names('rejected')]).toEqual([['press.der'], []]);
    await book.trust(thumbprint, moved); // again: nothing to do
    expect((await book.page()).certificates).toMatchObject([{ store: 'trusted' }]);
    expect(await book.reject(thumbprint, moved)).toMatchObject({ store: 'rejected' });
    expect([await names('trusted'), await names('rejected')]).toEqual([[], ['press.der']]);
  });

  it('overwrites no other certificate of the same file name', async () => {
    const [one, other] = [await certificateOf('one'), await certificateOf('other')];
    await put('trusted', 'client.pem', one);
    await book.trust(await put('rejected', 'client.pem', other), moved);
    expect(await names('trusted')).toEqual(['client-2.pem', 'client.pem']);
    expect((await book.page()).certificates.map(({ store }) => store)).toEqual(['trusted', 'trusted']);
  });

  it('counts a certificate that is in both folders as where it was put last', async () => {
    const certificate = await certificateOf('press-1');
    await put('trusted', 'a.der', certificate);
    await new Promise((resolve) => setTimeout(resolve, 20)); // the change time of a file has the system's ticks
    const thumbprint = await put('rejected', 'b.der', certificate);
    expect((await book.page()).certificates).toMatchObject([{ store: 'rejected', thumbprint }]);
    await book.trust(thumbprint, moved);
    expect([await names('trusted'), await names('rejected')]).toEqual([['a.der', 'b.der'], []]);
  });

  it('removes from whichever store, and refuses what it cannot move in words', async () => {
    const thumbprint = await put('trusted', 'press.der', await certificateOf('press-1'));
    const issuer = await put('issuers', 'ca.der', await certificateOf('plant-ca'));
    await expect(book.reject(issuer, moved)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_MOVABLE' });
    await book.remove(thumbprint, moved);
    expect(await names('trusted')).toEqual([]);
    expect(told).toMatchObject([{ thumbprint }]);
    await expect(book.trust(thumbprint, moved)).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
    await expect(book.trust('', moved)).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
  });

  it('asks for more of a thumbprint that is not unique', async () => {
    const digits = new Map<string, string>();
    for (let i = 0; i < 17; i += 1) {
      const certificate = await certificateOf(`client-${i}`);
      const [first] = await put('rejected', `${i}.der`, certificate);
      if (digits.has(first))
        return await expect(book.trust(first, moved)).rejects.toMatchObject({ code: 'CERTIFICATE_AMBIGUOUS' });
      digits.set(first, certificate.subject);
    }
    throw new Error('17 thumbprints began with 17 different digits');
  });

  it('lists own certificates and keeps them', async () => {
    const certificate = await certificateOf('gateway');
    const own = new CertificateBook({ pkiDir, tlsCertificate: () => certificate });
    expect((await own.page()).certificates).toMatchObject([{ store: 'own', use: 'tls' }]);
    const removal = own.remove(thumbprintOf(certificate), moved);
    await expect(removal).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_MOVABLE' });
  });
});
