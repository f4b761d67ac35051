import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

/** Why a connection by TLS did not come about, in words; undefined for what has nothing to do with TLS. */
export function tlsFailure(
  error: unknown,
  { origin, hostname }: URL,
  caFile: string | undefined,
): CliError | undefined {
  const { code = '', message = '' } = (error ?? {}) as { readonly code?: string; readonly message?: string };
  if (/wrong version number|packet length too long/i.test(message)) {
    return failure(
      'HTTP_ONLY',
      `${origin} does not speak https.`,
      'Its address may begin with http:// (tls is off in its plant document).',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failure('CERTIFICATE_NAME', `The certificate of ${origin} does not name ${hostname}.`, 'Use a name that it has, or --fingerprint; `fieldwarden certs own` on the machine of the gateway shows both.'); // prettier-ignore
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return failure('CERTIFICATE_ENDED', `The certificate of ${origin} has ended.`, 'Have it renewed: `fieldwarden certs own` on the machine of the gateway.'); // prettier-ignore
  }
  if (!/CERT|SIGNED|SIGNATURE|ISSUER/.test(code)) return undefined;
  const by = caFile === undefined ? 'an authority that this system trusts' : caFile;
  return failure('CERTIFICATE_NOT_TRUSTED', `The certificate of ${origin} is not one that ${by} vouches for (${code}); nothing was sent.`, 'Give the authority that signed it with --ca FILE, or its fingerprint with --fingerprint SHA256:….'); // prettier-ignore
}

function failure(code: string, message: string, remedy: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message, remedy });
}
