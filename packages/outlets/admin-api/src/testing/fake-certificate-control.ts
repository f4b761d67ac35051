import type { CertificateList, CertificateRow } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { CertificateControl, MovedCertificate } from '../control/certificate-control.js';

export const sampleCertificate: CertificateRow = {
  store: 'rejected',
  use: 'opcua',
  subject: 'CN=press-1',
  issuer: 'CN=press-1',
  thumbprint: 'A1B2C3D4E5F60718293A4B5C6D7E8F9001122334',
  sha256: '00'.repeat(32),
  keyFingerprint: 'SHA256:abc',
  key: 'RSA 2048',
  notBefore: '2029-01-01T00:00:00.000Z',
  notAfter: '2031-01-01T00:00:00.000Z',
  applicationUri: 'urn:press-1',
  lastSeenAt: '2030-01-01T00:00:00.000Z',
  lastSeenFrom: '192.0.2.7',
};

/** Certificates that a test sets, and what was asked of them. */
export class FakeCertificateControl implements CertificateControl {
  certificates: readonly CertificateRow[] = [sampleCertificate];
  readonly acts: { readonly act: string; readonly origin: Origin }[] = [];
  /** The OPC UA server runs. */
  applied = true;

  list(): Promise<Omit<CertificateList, 'schema'>> {
    return Promise.resolve({ certificates: [...this.certificates], unreadable: [] });
  }

  trust(thumbprint: string, origin: Origin): Promise<MovedCertificate> {
    return this.#move('trust', thumbprint, 'trusted', origin);
  }

  reject(thumbprint: string, origin: Origin): Promise<MovedCertificate> {
    return this.#move('reject', thumbprint, 'rejected', origin);
  }

  remove(thumbprint: string, origin: Origin): Promise<MovedCertificate> {
    return this.#move('remove', thumbprint, undefined, origin);
  }

  renewOwn(use: 'opcua' | 'tls', origin: Origin): Promise<void> {
    this.acts.push({ act: `renew ${use}`, origin });
    return Promise.resolve();
  }

  async #move(
    act: string,
    thumbprint: string,
    store: 'trusted' | 'rejected' | undefined,
    origin: Origin,
  ): Promise<MovedCertificate> {
    await Promise.resolve();
    const found = this.certificates.find((row) => row.thumbprint.startsWith(thumbprint));
    if (!found) {
      const message = `no certificate has a thumbprint that begins with ${JSON.stringify(thumbprint)}`;
      throw new GatewayError({ code: 'CERTIFICATE_UNKNOWN', kind: 'config', message });
    }
    this.acts.push({ act: `${act} ${found.thumbprint}`, origin });
    const certificate = store === undefined ? found : { ...found, store };
    this.certificates = this.certificates.flatMap((row) => (row === found ? (store ? [certificate] : []) : [row]));
    return { certificate, applied: this.applied };
  }
}
