import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statusCodes, type StatusCode } from '@fieldwarden/core';
import { revocationOf } from './revocation.js';

/** Of every policy that is offered (OPC 10000-7). */
const minKeyBits = 2_048;

/** Certificates of refused peers that are kept for the operator to trust. */
const maxRejected = 100;

/** What became of a server's certificate. */
export interface Verdict {
  readonly status: StatusCode;
  readonly certificate: X509Certificate | undefined;
}

/**
 * Which servers are trusted: the stores of the gateway's own OPC UA server, and its commands (`fieldwarden certs`). The files are read at each connection, so
 * that what an operator has moved counts at the very next attempt. A certificate in both folders counts as where it was put last.
 */
export class ServerTrust {
  readonly #trusted: string;
  readonly #rejected: string;
  readonly #issuers: string;

  /** `stores`: the folder with `trusted`, `rejected` and `issuers`. */
  constructor(stores: string) {
    this.#trusted = join(stores, 'trusted', 'certs');
    this.#rejected = join(stores, 'rejected');
    this.#issuers = join(stores, 'issuers');
  }

  /** `der`: the certificate, or the chain that begins with it. One that is not trusted lies in `rejected` afterwards. */
  async check(der: Uint8Array, nowMs: number): Promise<Verdict> {
    const certificate = readable(der);
    if (!certificate) return { status: statusCodes.BadCertificateInvalid, certificate };
    const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && bits < minKeyBits)
      return { status: statusCodes.BadCertificatePolicyCheckFailed, certificate };
    const trust = await this.#trustOf(certificate);
    if (trust === statusCodes.BadCertificateUntrusted) await this.#reject(certificate);
    if (trust !== statusCodes.Good) return { status: trust, certificate };
    const isInTime = certificate.validFromDate.getTime() <= nowMs && nowMs < certificate.validToDate.getTime();
    return { status: isInTime ? statusCodes.Good : statusCodes.BadCertificateTimeInvalid, certificate };
  }

  async isTrusted(certificate: X509Certificate): Promise<boolean> {
    return (await this.#trustOf(certificate)) === statusCodes.Good;
  }

  async #trustOf(certificate: X509Certificate): Promise<StatusCode> {
    const [trustedAtMs, rejectedAtMs] = await Promise.all([
      putAtMs(this.#trusted, certificate),
      putAtMs(this.#rejected, certificate),
    ]);
    if (trustedAtMs !== undefined && (rejectedAtMs === undefined || trustedAtMs >= rejectedAtMs))
      return statusCodes.Good;
    return rejectedAtMs === undefined ? await this.#issuedTrust(certificate) : statusCodes.BadCertificateUntrusted;
  }

  /** An authority among the issuers has certified it, and its revocation list, which has to be there, does not name it. */
  async #issuedTrust(certificate: X509Certificate): Promise<StatusCode> {
    for (const { certificate: issuer } of await certificatesIn(join(this.#issuers, 'certs'))) {
      if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) continue;
      return await revocationOf(certificate, issuer, join(this.#issuers, 'crl'));
    }
    return statusCodes.BadCertificateUntrusted;
  }

  async #reject(certificate: X509Certificate): Promise<void> {
    if ((await putAtMs(this.#rejected, certificate)) !== undefined) return;
    const name = /CN=([^\n]*)/.exec(certificate.subject)?.[1] ?? 'server';
    const file = `${name.replaceAll(/[^A-Za-z0-9@._ -]/g, '-').slice(0, 64)}[${thumbprintOf(certificate).toLowerCase()}].pem`;
    try {
      await mkdir(this.#rejected, { recursive: true, mode: 0o700 });
      // What is being written is no certificate yet, and stands where nobody looks for one.
      const unfinished = join(this.#rejected, '..', `${thumbprintOf(certificate)}.new`);
      await writeFile(unfinished, certificate.toString(), { mode: 0o600 });
      await rename(unfinished, join(this.#rejected, file));
      await this.#prune();
    } catch {
      // A disk that does not take it: the server stays refused, and the message names its certificate.
    }
  }

  async #prune(): Promise<void> {
    const names = await readdir(this.#rejected);
    if (names.length <= maxRejected) return;
    const aged = await Promise.all(
      names.map(async (name) => ({
        name,
        atMs: (await stat(join(this.#rejected, name)).catch(() => undefined))?.ctimeMs ?? 0,
      })),
    );
    aged.sort((one, other) => one.atMs - other.atMs);
    for (const { name } of aged.slice(0, aged.length - maxRejected))
      await unlink(join(this.#rejected, name)).catch(() => undefined);
  }
}

/** By which the book of certificates names it: SHA-1, in capitals. */
export function thumbprintOf({ fingerprint }: X509Certificate): string {
  return fingerprint.replaceAll(':', '');
}

/** Of a chain in DER, the first is the peer's own: OpenSSL reads no further. */
function readable(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

async function putAtMs(folder: string, certificate: X509Certificate): Promise<number | undefined> {
  let newestMs: number | undefined;
  for (const one of await certificatesIn(folder)) {
    if (one.certificate.fingerprint256 === certificate.fingerprint256) newestMs = Math.max(newestMs ?? 0, one.putAtMs);
  }
  return newestMs;
}

async function certificatesIn(folder: string): Promise<readonly { certificate: X509Certificate; putAtMs: number }[]> {
  const found = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    try {
      found.push({ certificate: new X509Certificate(await readFile(path)), putAtMs: (await stat(path)).ctimeMs });
    } catch {
      // no certificate, or moved meanwhile
    }
  }
  return found;
}
