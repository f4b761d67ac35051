import type { CertificateList } from '@fieldwarden/admin-contract';
import {
  judgeCertificate,
  readCertificate,
  storeFolders,
  type BookedCertificate,
  type CertificateBook,
  type Moved,
  type TlsKeeper,
} from '@fieldwarden/certificates';
import { GatewayError } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import { writeFile } from 'node:fs/promises';
import type { CertificateControl, MovedCertificate } from '../control/certificate-control.js';

/** The server that clients with certificates come to. */
export interface CertificateServer {
  /** Has it go by the stores as they are now; false: it does not run, and will read them when it starts. */
  reread(thumbprint: string, origin: Origin): Promise<boolean>;
  /** Starts it anew, if it runs. */
  restart(): Promise<void>;
}

export interface LocalCertificatesDependencies {
  /** `<home>/pki`. */
  readonly pkiDir: string;
  readonly book: CertificateBook;
  readonly tls: TlsKeeper;
  readonly server: CertificateServer;
  /** The stores are others now. */
  readonly onChanged: () => void;
}

/** What the Admin API asks of certificates. */
export class LocalCertificates implements CertificateControl {
  readonly #deps: LocalCertificatesDependencies;

  constructor(dependencies: LocalCertificatesDependencies) {
    this.#deps = dependencies;
  }

  async list(): Promise<Omit<CertificateList, 'schema'>> {
    const { certificates, unreadable } = await this.#deps.book.page();
    return { certificates: [...certificates], unreadable: [...unreadable] };
  }

  trust(thumbprint: string, origin: Origin): Promise<MovedCertificate> {
    return this.#move(origin, (book, moved) => book.trust(thumbprint, moved));
  }

  reject(thumbprint: string, origin: Origin): Promise<MovedCertificate> {
    return this.#move(origin, (book, moved) => book.reject(thumbprint, moved));
  }

  remove(thumbprint: string, origin: Origin): Promise<MovedCertificate> {
    return this.#move(origin, (book, moved) => book.remove(thumbprint, moved));
  }

  async renewOwn(use: 'opcua' | 'tls'): Promise<void> {
    if (use === 'tls') await this.#renewTls();
    else await this.#renewOpcua();
    this.#deps.onChanged();
  }

  async #move(
    origin: Origin,
    move: (book: CertificateBook, moved: Moved) => Promise<BookedCertificate>,
  ): Promise<MovedCertificate> {
    const { book, server, onChanged } = this.#deps;
    let applied = false;
    const certificate = await move(book, async (of) => void (applied = await server.reread(of, origin)));
    onChanged();
    return { certificate, applied };
  }

  async #renewTls(): Promise<void> {
    const { served } = this.#deps.tls;
    if (served?.source === 'files')
      throw notOurs('The files are those of `tls` in the plant document: renew them there');
    await this.#deps.tls.renewOwn();
  }

  /** Made by the server itself, at its next start: it alone has the key open. */
  async #renewOpcua(): Promise<void> {
    const { ownCertificate, renewWanted } = storeFolders(this.#deps.pkiDir);
    const present = await readCertificate(ownCertificate);
    const needs = { names: { required: [], addresses: [] }, nowMs: 0 };
    if (present && !judgeCertificate(present, needs).isOurs) throw notOurs(`Put another one at ${ownCertificate}`);
    if (present) await writeFile(renewWanted, '', { mode: 0o600 });
    await this.#deps.server.restart();
  }
}

function notOurs(remedy: string): GatewayError {
  const message = `the gateway did not make this certificate and does not replace it. ${remedy}`;
  return new GatewayError({ code: 'CERTIFICATE_NOT_OURS', kind: 'config', message });
}
