import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { StatusCodes, type OPCUACertificateManager, type StatusCode as UaStatusCode } from 'node-opcua';
import { pruneRejected, putAtMs } from './rejected-folder.js';

/** Of every policy that we offer (OPC 10000-7, Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss). */
const minKeyBits = 2_048;

/** What people want to know of a certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly fingerprint: string;
  readonly applicationUri: string | undefined;
  readonly keyBits: number | undefined;
}

/** What the policies want of a client's certificate beyond what the library looks at, and order between the operator's folders. */
export class ClientCertificates {
  readonly #manager: OPCUACertificateManager;
  readonly #pkiDir: string;
  #pruning: Promise<void> | undefined;

  constructor(manager: OPCUACertificateManager, pkiDir: string) {
    this.#manager = manager;
    this.#pkiDir = pkiDir;
  }

  /** `check` is the library's own. */
  async verdict(certificate: Buffer, check: () => Promise<UaStatusCode>): Promise<UaStatusCode> {
    const { keyBits } = factsOf(certificate);
    if (keyBits !== undefined && keyBits < minKeyBits) return StatusCodes.BadCertificatePolicyCheckFailed;
    const status = await check();
    if (!status.equals(StatusCodes.BadCertificateUntrusted)) return status;
    if ((await this.#wasTrustedLast(certificate)) && (await this.#takeOutOfRejected(certificate))) return await check();
    this.#pruning ??= pruneRejected(join(this.#pkiDir, 'rejected')).finally(() => (this.#pruning = undefined));
    await this.#pruning;
    return status;
  }

  /** In both folders it counts as where it was put last: an operator who copies a file instead of moving it means what he does. */
  async #wasTrustedLast(certificate: Buffer): Promise<boolean> {
    // The library watches its folders: a file that was put there or taken away just now it knows a moment later.
    if ((await this.#manager.isCertificateTrusted(certificate)) !== 'Good') return false;
    const { fingerprint } = factsOf(certificate);
    const [trustedAtMs, rejectedAtMs] = await Promise.all(
      [join('trusted', 'certs'), 'rejected'].map((folder) => putAtMs(join(this.#pkiDir, folder), fingerprint)),
    );
    return trustedAtMs !== undefined && rejectedAtMs !== undefined && trustedAtMs >= rejectedAtMs;
  }

  /** Somebody may move the same file at the same time: then the client's next attempt shows what came of it. */
  async #takeOutOfRejected(certificate: Buffer): Promise<boolean> {
    return await this.#manager.trustCertificate(certificate).then(
      () => true,
      () => false,
    );
  }
}

export function factsOf(certificate: Buffer): CertificateFacts {
  try {
    const { subject, fingerprint, subjectAltName, publicKey } = new X509Certificate(certificate);
    return {
      subject: subject.replaceAll('\n', ', '),
      fingerprint,
      applicationUri: /URI:([^,]+)/.exec(subjectAltName ?? '')?.[1],
      keyBits: publicKey.asymmetricKeyDetails?.modulusLength,
    };
  } catch {
    const unknown = { applicationUri: undefined, keyBits: undefined };
    return { subject: 'with an unreadable certificate', fingerprint: 'unreadable', ...unknown };
  }
}
