import { keyFingerprint } from '@fieldwarden/certificates/certificate-facts';
import { messageOf } from '@fieldwarden/core';
import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { CliError, usageError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { KnownGateways } from './known-gateways.js';

/** What the command line says of whom to trust. */
export interface TrustOptions {
  /** File in PEM with the authority that signed the gateway's certificate, or with that certificate. */
  readonly ca?: string | undefined;
  /** Of the gateway's key: `SHA256:…`. */
  readonly fingerprint?: string | undefined;
}

export interface ServerTrustDependencies {
  readonly env: NodeJS.ProcessEnv;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: (question: string) => Promise<string> | undefined;
}

const probeMs = 10_000;

/** Nothing is told to a gateway before this is settled: the token goes with the first request. */
export async function trustedOptions(
  url: URL,
  options: TrustOptions,
  { env, ask }: ServerTrustDependencies,
): Promise<RequestOptions> {
  if (options.ca !== undefined && options.fingerprint === undefined) return { ca: textOf(options.ca) };
  const { certificate, isVouchedFor } = await shown(url);
  const fingerprint = keyFingerprint(certificate.publicKey);
  const { origin } = url;
  if (options.fingerprint !== undefined) {
    if (normal(options.fingerprint) !== normal(fingerprint)) throw mismatch(origin, options.fingerprint, fingerprint);
    return pinned(certificate);
  }
  const known = new KnownGateways(env);
  const place = `${url.hostname}:${url.port || '443'}`;
  const before = known.fingerprintOf(place);
  if (before !== undefined && before !== fingerprint) throw changed(origin, before, fingerprint, known.file);
  if (before === undefined && !isVouchedFor) {
    await confirm(origin, certificate, fingerprint, ask);
    known.remember(place, fingerprint);
  }
  return isVouchedFor ? {} : pinned(certificate);
}

/** The very certificate that was looked at: who stands between cannot show another one. */
function pinned(certificate: X509Certificate): RequestOptions {
  const options = {
    ca: [certificate.toString()],
    allowPartialTrustChain: true,
    checkServerIdentity: () => undefined, // its key was compared, whatever name it goes by
  };
  return options;
}

interface ShownCertificate {
  readonly certificate: X509Certificate;
  /** By an authority that the system trusts, for this name. */
  readonly isVouchedFor: boolean;
}

/** What the server shows in the handshake. Nothing else is sent. */
async function shown(url: URL): Promise<ShownCertificate> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket: TLSSocket = connect(
    {
      host,
      port: Number(url.port || '443'),
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: false,
    },
    () => resolve(socket),
  );
  socket.once('error', reject);
  socket.setTimeout(probeMs, () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
  try {
    await promise;
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) throw new Error('it shows no certificate');
    return { certificate, isVouchedFor: socket.authorized };
  } finally {
    socket.destroy();
  }
}

async function confirm(
  origin: string,
  { subject, validTo }: X509Certificate,
  fingerprint: string,
  ask: ServerTrustDependencies['ask'],
): Promise<void> {
  const whose = `${subject.replaceAll('\n', ', ')}, until ${new Date(validTo).toISOString().slice(0, 10)}`;
  const answer = await ask(
    `${origin} shows a certificate that nobody here has vouched for: ${whose}.\n` +
      `The fingerprint of its key is ${fingerprint}\n` +
      'On the machine of the gateway, `fieldwarden certs own` shows the right one. Is it this, and shall it be remembered? [y/N] ',
  );
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  throw failure(
    'CERTIFICATE_NOT_KNOWN',
    `${origin} shows a certificate that nobody here has vouched for (${whose}); the fingerprint of its key is ${fingerprint}.`,
    'Compare it with `fieldwarden certs own` on the machine of the gateway, then add --fingerprint SHA256:…; or give the authority with --ca FILE (FIELDWARDEN_CA).',
  );
}

function changed(origin: string, before: string, now: string, file: string): CliError {
  return failure(
    'CERTIFICATE_CHANGED',
    `${origin} shows another key than before: ${now}, not ${before}. Somebody may stand between you and the gateway; nothing was sent.`,
    `If the gateway got another key, compare the fingerprint with \`fieldwarden certs own\` on its machine, and take its line out of ${file}.`,
  );
}

function mismatch(origin: string, wanted: string, found: string): CliError {
  return failure(
    'CERTIFICATE_MISMATCH',
    `${origin} shows the key ${found}, not ${wanted}; nothing was sent.`,
    'Compare with `fieldwarden certs own` on the machine of the gateway.',
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`--ca: ${file} cannot be read: ${messageOf(error)}`);
  }
}

/** As people copy it. */
function normal(fingerprint: string): string {
  return fingerprint
    .trim()
    .replace(/^sha256:/i, '')
    .replace(/=+$/, '');
}

function failure(code: string, message: string, remedy: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message, remedy });
}
