import { X509Certificate } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OPCUACertificateManager } from 'node-opcua';
import {
  applicationUriOf,
  certifiedNames,
  dayMs,
  judgeCertificate,
  ownOrganisation,
  storeFolders,
  thumbprintOf,
  type CertificateNeeds,
  type CertificateVerdict,
} from '@fieldwarden/certificates';
import { ownFiles } from './own-identity.js';

export interface CertificateOwner extends CertificateNeeds {
  /** Of an application that has no certificate yet. */
  readonly newApplicationUri: string;
  readonly site: string;
  readonly machineName: string;
}

/** What became of the own certificate at a start. */
export interface OwnCertificate {
  readonly verdict: CertificateVerdict;
  readonly applicationUri: string;
  /** Why one that was there was made anew, and where the one before is now. */
  readonly replaced?: { readonly flaws: readonly string[]; readonly archivedAs: string };
}

const validityDays = 3_650;

/** The one in the store as it is, or undefined. */
export async function readOwnCertificate(pkiDir: string): Promise<X509Certificate | undefined> {
  const text = await readFile(ownFiles(pkiDir).certificateFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : new X509Certificate(text);
}

/**
 * Makes the own certificate if there is none, and makes it anew, with the same key, if the gateway made it and it no longer serves. One of
 * the operator's stays as it is, whatever the verdict.
 */
export async function ensureOwnCertificate(
  manager: OPCUACertificateManager,
  pkiDir: string,
  owner: CertificateOwner,
): Promise<OwnCertificate> {
  const present = await readOwnCertificate(pkiDir);
  const verdict = present && judgeCertificate(present, owner);
  const applicationUri = (present && applicationUriOf(present)) ?? owner.newApplicationUri;
  const isWanted = await takeRenewWanted(pkiDir);
  const flaws = verdict && isWanted && verdict.isOurs ? [...verdict.flaws, askedFor] : (verdict?.flaws ?? []);
  if (verdict && (!verdict.isOurs || flaws.length === 0)) return { verdict, applicationUri };
  const archivedAs = present && (await archive(pkiDir, present));
  const made = judgeCertificate(await make(manager, pkiDir, { ...owner, applicationUri }), owner);
  return archivedAs === undefined
    ? { verdict: made, applicationUri }
    : { verdict: made, applicationUri, replaced: { flaws, archivedAs } };
}

const askedFor = 'was to be replaced, as somebody asked';

/** Somebody asked for another one while the server ran: it is made at the next start, once. */
async function takeRenewWanted(pkiDir: string): Promise<boolean> {
  const { renewWanted } = storeFolders(pkiDir);
  if ((await stat(renewWanted).catch(() => undefined)) === undefined) return false;
  await rm(renewWanted, { force: true });
  return true;
}

async function make(
  manager: OPCUACertificateManager,
  pkiDir: string,
  { applicationUri, names, nowMs, site, machineName }: CertificateOwner & Pick<OwnCertificate, 'applicationUri'>,
): Promise<X509Certificate> {
  const { certificateFile } = ownFiles(pkiDir);
  const unfinished = `${certificateFile}.new`;
  await manager.createSelfSignedCertificate({
    applicationUri,
    ...certifiedNames(names),
    outputFile: unfinished,
    startDate: new Date(nowMs - dayMs), // clients' clocks differ
    subject: `/CN=${commonName(site, machineName)}/O=${ownOrganisation}`,
    validity: validityDays,
  });
  await rename(unfinished, certificateFile);
  return new X509Certificate(await readFile(certificateFile, 'utf8'));
}

/** At most 64 characters (X.520, ub-common-name); `/` and `=` divide the parts of a subject. */
function commonName(site: string, machineName: string): string {
  return `Fieldwarden ${site}@${machineName}`.replace(/[/=\\"]/g, '-').slice(0, 64);
}

async function archive(pkiDir: string, certificate: X509Certificate): Promise<string> {
  const folder = join(pkiDir, 'own', 'archive');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const thumbprint = thumbprintOf(certificate).toLowerCase();
  const file = join(folder, `${thumbprint}.pem`);
  await copyFile(ownFiles(pkiDir).certificateFile, file);
  return file;
}
