import { thumbprintOf } from '@fieldwarden/certificates';
import { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StatusCodes, type OPCUACertificateManager, type StatusCode as UaStatusCode } from 'node-opcua';
import { pruneRejected, putAtMs } from './rejected-folder.js';

/** Of every policy that we offer (OPC 10000-7, Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss). */
const minKeyBits = 2_048;

/** After so long the library knows every file of a folder. */
const newForMs = 10_000;

/** What people want to know of a certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly fingerprint: string;
  /** The same without colons, by which the book of certificates names it. */
  readonly thumbprint: string;
  readonly applicationUri: string | undefined;
  readonly keyBits: number | undefined;
}

/** What the policies want of a client's certificate beyond what the library looks at, and order between the operator's folders. */
export class ClientCertificates {
  readonly #manager: OPCUACertificateManager;
  readonly #trustedFolder: string;
  readonly #rejectedFolder: string;
  #pruning: Promise<void> | undefined;

  constructor(manager: OPCUACertificateManager, pkiDir: string) {
    this.#manager = manager;
    this.#trustedFolder = join(pkiDir, 'trusted', 'certs');
    this.#rejectedFolder = join(pkiDir, 'rejected');
  }

  /** `check` is the library's own. */
  async verdict(certificate: Buffer, check: () => Promise<UaStatusCode>): Promise<UaStatusCode> {
    const { keyBits } = factsOf(certificate);
    if (keyBits !== undefined && keyBits < minKeyBits) return StatusCodes.BadCertificatePolicyCheckFailed;
    if (await this.#isFolderNew()) {
      // The library watches its folders, and knows a moment later what was put there; by then it would have rejected the client.
      if (await this.#wasTrustedLast(certificate)) await this.#takeOutOfRejected(certificate);
    }
    const status = await check();
    if (!status.equals(StatusCodes.BadCertificateUntrusted)) return status;
    if ((await this.#isInBoth(certificate)) && (await this.#wasTrustedLast(certificate))) {
      if (await this.#takeOutOfRejected(certificate)) return await check();
    }
    this.#pruning ??= pruneRejected(this.#rejectedFolder).finally(() => (this.#pruning = undefined));
    await this.#pruning;
    return status;
  }

  /** Somebody moved it between the folders: the library, which hears of that late, is told at once. */
  async reread(certificate: Buffer): Promise<void> {
    const { fingerprint, thumbprint } = factsOf(certificate);
    if (await this.#wasTrustedLast(certificate)) await this.#takeOutOfRejected(certificate);
    else if ((await putAtMs(this.#rejectedFolder, fingerprint)) !== undefined)
      await this.#takeOutOfTrusted(certificate);
    else await this.#manager.removeTrustedCertificate(thumbprint.toLowerCase());
  }

  /** Whether the client would be let in now. One that nobody knows is not written down: it has not come again. */
  async isTrusted(certificate: Buffer): Promise<boolean> {
    if (await this.#wasTrustedLast(certificate)) return true;
    const { fingerprint } = factsOf(certificate);
    if ((await putAtMs(this.#rejectedFolder, fingerprint)) !== undefined) return false;
    const accepted = { acceptCertificateWithValidIssuerChain: true };
    const status: string = await this.#manager.verifyCertificate(certificate, accepted);
    return status === 'Good';
  }

  /** Of a client that the library refuses: it knows it as trusted nevertheless. */
  async #isInBoth(certificate: Buffer): Promise<boolean> {
    return (await this.#manager.isCertificateTrusted(certificate)) === 'Good';
  }

  async #isFolderNew(): Promise<boolean> {
    const folder = await stat(this.#trustedFolder).catch(() => undefined);
    return folder !== undefined && Date.now() - folder.mtimeMs < newForMs;
  }

  /** In both folders it counts as where it was put last: an operator who copies a file instead of moving it means what he does. */
  async #wasTrustedLast(certificate: Buffer): Promise<boolean> {
    const { fingerprint } = factsOf(certificate);
    const [trustedAtMs, rejectedAtMs] = await Promise.all(
      [this.#trustedFolder, this.#rejectedFolder].map((folder) => putAtMs(folder, fingerprint)),
    );
    return trustedAtMs !== undefined && (rejectedAtMs === undefined || trustedAtMs >= rejectedAtMs);
  }

  async #takeOutOfTrusted(certificate: Buffer): Promise<void> {
    await this.#manager.rejectCertificate(certificate).catch(() => undefined);
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
      thumbprint: thumbprintOf({ fingerprint }),
      applicationUri: /URI:([^,]+)/.exec(subjectAltName ?? '')?.[1],
      keyBits: publicKey.asymmetricKeyDetails?.modulusLength,
    };
  } catch {
    const unknown = { applicationUri: undefined, keyBits: undefined };
    return {
      subject: 'with an unreadable certificate',
      fingerprint: 'unreadable',
      thumbprint: 'unreadable',
      ...unknown,
    };
  }
}
