import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { OwnNames } from './own-names.js';

export const dayMs = 86_400_000;

/** An own certificate that ends sooner is made anew, or its owner is told. */
export const renewBeforeEndMs = 30 * dayMs;

/** What an own certificate has to say of its server. */
export interface CertificateNeeds {
  readonly names: OwnNames;
  /** ms since 1970 UTC. */
  readonly nowMs: number;
  /** OPC UA knows applications by it. */
  readonly needsApplicationUri?: boolean;
}

/** `flaws` in words that follow `the certificate`: `ends on 2030-01-31`. Empty: it serves. */
export interface CertificateVerdict {
  /** The gateway made and signed it, and may make it anew; else it is the operator's. */
  readonly isOurs: boolean;
  readonly flaws: readonly string[];
  /** It ends soon, has ended or has not begun: also while the server runs it comes to that. */
  readonly isDue: boolean;
  /** Nobody accepts it any more. */
  readonly hasEnded: boolean;
  /** ms since 1970 UTC. */
  readonly endsAtMs: number;
  /** Present addresses that it does not name; no flaw while it names others, since clients would have to trust another one. */
  readonly unnamedAddresses: readonly string[];
}

/** Organisation in the subject of certificates that the gateway makes. */
export const ownOrganisation = 'Fieldwarden';

export function judgeCertificate(certificate: X509Certificate, needs: CertificateNeeds): CertificateVerdict {
  const { names, nowMs } = needs;
  const endsAtMs = Date.parse(certificate.validTo);
  const unnamedAddresses = names.addresses.filter((address) => !covers(certificate, address));
  const timeFlaw = timeFlawOf(certificate, endsAtMs, nowMs);
  return {
    isOurs: isOurs(certificate),
    flaws: [...(timeFlaw === undefined ? [] : [timeFlaw]), ...nameFlaws(certificate, needs)],
    isDue: timeFlaw !== undefined,
    hasEnded: endsAtMs <= nowMs,
    endsAtMs,
    unnamedAddresses,
  };
}

function timeFlawOf({ validFrom }: X509Certificate, endsAtMs: number, nowMs: number): string | undefined {
  const beginsAtMs = Date.parse(validFrom);
  if (beginsAtMs > nowMs) return `is not valid before ${day(beginsAtMs)}`; // made when the clock was wrong
  if (endsAtMs <= nowMs) return `ended on ${day(endsAtMs)}`;
  return endsAtMs - nowMs < renewBeforeEndMs ? `ends on ${day(endsAtMs)}` : undefined;
}

function nameFlaws(
  certificate: X509Certificate,
  { names: { required, addresses }, needsApplicationUri = false }: CertificateNeeds,
): readonly string[] {
  const missing = required.filter((name) => !covers(certificate, name));
  // It was made when nobody outside could come.
  if (!alternativeNames(certificate).some(isOutsideAddress)) missing.push(...addresses);
  return [
    ...(missing.length > 0 ? [`does not name ${missing.join(', ')}`] : []),
    ...(needsApplicationUri && applicationUriOf(certificate) === undefined ? ['has no application URI'] : []),
  ];
}

function isOutsideAddress(alternativeName: string): boolean {
  return /^IP Address:(?!127\.|0:0:0:0:0:0:0:1$)/.test(alternativeName);
}

/** Who the application is stays when the machine gets another name: clients know it by that, too. */
export function applicationUriOf(certificate: X509Certificate): string | undefined {
  return alternativeNames(certificate)
    .find((name) => name.startsWith('URI:'))
    ?.slice('URI:'.length);
}

function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return alternativeNames(certificate).some((known) => known.toLowerCase() === `dns:${name.toLowerCase()}`);
}

/** `DNS:gateway.example`, `URI:urn:gateway:fieldwarden`. */
function alternativeNames({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? '').split(', ');
}

function isOurs(certificate: X509Certificate): boolean {
  const { subject, issuer, publicKey } = certificate;
  return subject === issuer && subject.split('\n').includes(`O=${ownOrganisation}`) && certificate.verify(publicKey);
}

export function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
