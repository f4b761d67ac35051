import { GatewayError } from '@fieldwarden/core';
import type { X509Certificate } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateFacts, type CertificateFacts } from '../facts/certificate-facts.js';
import { readCertificate } from '../facts/read-certificate.js';
import { readLastSeen } from './last-seen.js';
import { copyInto, removeAll } from './store-files.js';
import { movableStores, storeFolders, type MovableStore, type StoreFolders } from './store-folders.js';

export interface BookedCertificate extends CertificateFacts {
  readonly store: MovableStore | 'own';
  readonly use: 'opcua' | 'tls';
  readonly lastSeenAt: string | null;
  readonly lastSeenFrom: string | null;
}

/** Of a store, but no certificate that can be read. */
export interface UnreadableFile {
  readonly store: MovableStore;
  readonly file: string;
}

export interface BookPage {
  readonly certificates: readonly BookedCertificate[];
  readonly unreadable: readonly UnreadableFile[];
}

export interface CertificateBookDependencies {
  /** `<home>/pki`. */
  readonly pkiDir: string;
  /** The certificate that the Admin API shows, where it speaks TLS. */
  readonly tlsCertificate: () => X509Certificate | undefined;
}

/**
 * A certificate is in another store now, or in none: tells the server that clients come to. Resolves when it acts by that; called while the file
 * is still in its former place too, so that the certificate is never unknown.
 */
export type Moved = (thumbprint: string) => Promise<void>;

interface StoredCertificate {
  readonly store: MovableStore;
  readonly path: string;
  readonly certificate: X509Certificate;
  readonly facts: CertificateFacts;
  /** When it was put there. */
  readonly putAtMs: number;
}

/** The stores below `<home>/pki` as one book. The files are the truth: whoever moves one by hand has said as much. */
export class CertificateBook {
  readonly #deps: CertificateBookDependencies;
  readonly #folders: StoreFolders;
  /** One move at a time. */
  #moving: Promise<unknown> = Promise.resolve();

  constructor(dependencies: CertificateBookDependencies) {
    this.#deps = dependencies;
    this.#folders = storeFolders(dependencies.pkiDir);
  }

  /** By store, the newest refused first. */
  async page(): Promise<BookPage> {
    const { stored, unreadable } = await this.#read();
    const seen = await readLastSeen(this.#folders.lastSeen);
    const rows = counting(stored).map(({ store, facts }): BookedCertificate => {
      const { at = null, from = null } = seen.get(facts.thumbprint) ?? {};
      return { ...facts, store, use: 'opcua', lastSeenAt: at, lastSeenFrom: from };
    });
    return { certificates: [...rows, ...(await this.#own())], unreadable };
  }

  /** `thumbprint`: as much of it as is unique. From `rejected`; idempotent. Rejects with CERTIFICATE_UNKNOWN, _AMBIGUOUS or _NOT_MOVABLE. */
  trust(thumbprint: string, moved: Moved): Promise<BookedCertificate> {
    return this.#move(thumbprint, 'trusted', moved);
  }

  /** From `trusted`; idempotent. */
  reject(thumbprint: string, moved: Moved): Promise<BookedCertificate> {
    return this.#move(thumbprint, 'rejected', moved);
  }

  /** From its store, whichever that is. One of a client that comes again is rejected then. */
  remove(thumbprint: string, moved: Moved): Promise<BookedCertificate> {
    return this.#inTurn(async () => {
      const { row, files } = await this.#find(thumbprint);
      if (row.store === 'own') throw notMovable(row, 'own certificates are renewed, not removed');
      await removeAll(files.map(({ path }) => path));
      await moved(row.thumbprint);
      return row;
    });
  }

  #move(thumbprint: string, to: 'trusted' | 'rejected', moved: Moved): Promise<BookedCertificate> {
    return this.#inTurn(async () => {
      const { row, files } = await this.#find(thumbprint);
      if (row.store === 'own') throw notMovable(row, 'it is the own certificate of the gateway');
      if (row.store === 'issuers') throw notMovable(row, 'an issuer is trusted by its place; remove it to end that');
      const others = files.filter(({ store }) => store !== to && store !== 'issuers');
      if (row.store !== to) {
        const { path } = others.find(({ store }) => store === row.store)!;
        await copyInto(path, this.#folders[to], this.#deps.pkiDir);
      }
      await moved(row.thumbprint);
      await removeAll(others.map(({ path }) => path));
      return { ...row, store: to };
    });
  }

  async #find(wanted: string): Promise<{ readonly row: BookedCertificate; readonly files: StoredCertificate[] }> {
    const prefix = wanted.replaceAll(/[:\s]/g, '').toUpperCase();
    const { certificates } = await this.page();
    const rows = certificates.filter((row) => prefix !== '' && row.thumbprint.startsWith(prefix));
    if (rows.length === 0) throw unknown(wanted);
    if (rows.length > 1) throw ambiguous(wanted, rows);
    const { stored } = await this.#read();
    return { row: rows[0], files: stored.filter(({ facts }) => facts.thumbprint === rows[0].thumbprint) };
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#moving.then(act);
    this.#moving = mine.catch(() => undefined);
    return mine;
  }

  async #own(): Promise<readonly BookedCertificate[]> {
    const own = { store: 'own', lastSeenAt: null, lastSeenFrom: null } as const;
    const opcua = await readCertificate(this.#folders.ownCertificate);
    const tls = this.#deps.tlsCertificate();
    return [
      ...(opcua ? [{ ...certificateFacts(opcua), ...own, use: 'opcua' as const }] : []),
      ...(tls ? [{ ...certificateFacts(tls), ...own, use: 'tls' as const }] : []),
    ];
  }

  async #read(): Promise<{ readonly stored: StoredCertificate[]; readonly unreadable: UnreadableFile[] }> {
    const stored: StoredCertificate[] = [];
    const unreadable: UnreadableFile[] = [];
    for (const store of movableStores) {
      const folder = this.#folders[store];
      for (const file of await readdir(folder).catch(() => [])) {
        const path = join(folder, file);
        const stats = await stat(path).catch(() => undefined);
        if (!stats?.isFile()) continue;
        const certificate = await readCertificate(path);
        const facts = certificate && factsIfReadable(certificate);
        if (facts) stored.push({ store, path, certificate, facts, putAtMs: stats.ctimeMs });
        else unreadable.push({ store, file });
      }
    }
    return { stored: stored.sort((one, other) => other.putAtMs - one.putAtMs), unreadable };
  }
}

function factsIfReadable(certificate: X509Certificate): CertificateFacts | undefined {
  try {
    return certificateFacts(certificate);
  } catch {
    return undefined; // of a key that OpenSSL does not know
  }
}

/** One row a certificate; in both folders it counts as where it was put last, as for the OPC UA server. Newest first goes in and comes out. */
function counting(stored: readonly StoredCertificate[]): readonly StoredCertificate[] {
  const told = new Set<string>();
  const rows = stored.filter(({ store, facts: { thumbprint } }) => {
    const key = store === 'issuers' ? `issuers ${thumbprint}` : thumbprint;
    return !told.has(key) && told.add(key);
  });
  return movableStores.flatMap((store) => rows.filter((row) => row.store === store));
}

function unknown(wanted: string): GatewayError {
  const message = `no certificate has a thumbprint that begins with ${JSON.stringify(wanted)}`;
  return new GatewayError({ code: 'CERTIFICATE_UNKNOWN', kind: 'config', message });
}

function ambiguous(wanted: string, rows: readonly BookedCertificate[]): GatewayError {
  const named = rows.map(({ thumbprint, subject, store }) => `${thumbprint} (${store}, ${subject})`).join(', ');
  const message = `${JSON.stringify(wanted)} is the beginning of ${rows.length} thumbprints: ${named}`;
  return new GatewayError({ code: 'CERTIFICATE_AMBIGUOUS', kind: 'config', message });
}

function notMovable({ subject, thumbprint }: BookedCertificate, why: string): GatewayError {
  const message = `the certificate ${thumbprint} of ${subject} stays where it is: ${why}`;
  return new GatewayError({ code: 'CERTIFICATE_NOT_MOVABLE', kind: 'config', message });
}
