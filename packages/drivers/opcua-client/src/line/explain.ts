import {
  GatewayError,
  isGatewayError,
  messageOf,
  statusCodes,
  type ErrorKind,
  type StatusCode,
} from '@fieldwarden/core';
import type { X509Certificate } from 'node:crypto';
import { thumbprintOf } from '../trust/server-trust.js';
import { unreachable } from './errors.js';

/** Why a connection did not come about, with what is done next. */
export interface Refusal {
  readonly error: GatewayError;
  /** Trying again soon is no use, and may lock an account: somebody has to change something. */
  readonly isLasting: boolean;
}

export interface AttemptFacts {
  readonly endpointUrl: string;
  readonly thumbprint: string | undefined;
  readonly certificateFile: string | undefined;
  readonly user: string | undefined;
  /** What the server calls itself, when it has told. */
  readonly announcedUrls: readonly string[];
}

/** Words for what the library or the server said when a connection failed. */
export function explained(error: unknown, facts: AttemptFacts): Refusal {
  if (isGatewayError(error)) return { error, isLasting: error.kind === 'config' || error.kind === 'forbidden' };
  const text = messageOf(error);
  const name = /\bBad[A-Z]\w+/.exec(text)?.[0];
  const told = name === undefined ? undefined : byStatus(name, facts);
  if (told) return { error: told, isLasting: true };
  if (/user ?token|CERTIFICATE user|ANONYMOUS/i.test(text))
    return { error: userRefused(facts, 'it offers no such sign-in'), isLasting: true };
  if (/Cannot find an Endpoint|cannot find endpoint/i.test(text))
    return { error: policyRefused(facts, 'the server offers no endpoint of that security'), isLasting: true };
  const reason = reasonOf(text);
  return {
    error: unreachable(`the OPC UA server ${facts.endpointUrl} cannot be reached: ${reason}`),
    isLasting: false,
  };
}

/** The five usual ones, and what comes with them. */
function byStatus(name: string, facts: AttemptFacts): GatewayError | undefined {
  switch (name) {
    case 'BadIdentityTokenInvalid':
    case 'BadIdentityTokenRejected':
    case 'BadUserAccessDenied':
    case 'BadUserSignatureInvalid':
      return userRefused(facts, name);
    case 'BadSecurityChecksFailed':
    case 'BadCertificateUntrusted':
    case 'BadCertificateUriInvalid':
    case 'BadCertificateTimeInvalid':
    case 'BadCertificateChainIncomplete':
    case 'BadCertificateInvalid':
      return untrustedThere(facts, name);
    case 'BadSecurityModeRejected':
    case 'BadSecurityPolicyRejected':
      return policyRefused(facts, name);
    case 'BadServerUriInvalid':
    case 'BadTcpEndpointUrlInvalid':
      return otherHost(facts, name);
    default:
      return undefined;
  }
}

export function untrustedHere(
  certificate: X509Certificate | undefined,
  status: StatusCode,
  endpointUrl: string,
): GatewayError {
  if (!certificate)
    return lasting(
      'OPCUA_SERVER_CERTIFICATE',
      statusCodes.BadCertificateInvalid,
      `the server ${endpointUrl} shows a certificate that cannot be read`,
    );
  const subject = certificate.subject.replaceAll('\n', ', ');
  if (status === statusCodes.BadCertificateUntrusted) {
    const message = `the certificate of the server ${endpointUrl} (${subject}) is not trusted here; to trust it: fieldwarden certs trust ${thumbprintOf(certificate).slice(0, 12)}, or the page Certificates of the console`;
    return lasting('OPCUA_SERVER_UNTRUSTED', status, message);
  }
  const why =
    status === statusCodes.BadCertificateRevoked
      ? 'was revoked by its issuer'
      : status === statusCodes.BadCertificateRevocationUnknown
        ? 'has an issuer that is trusted, but its revocation list is missing: put it into pki/issuers/crl'
        : status === statusCodes.BadCertificateTimeInvalid
          ? `is valid from ${certificate.validFromDate.toISOString()} to ${certificate.validToDate.toISOString()}, and not now: renew it at the server, or set the clock of the one that is wrong`
          : 'has a key of less than 2048 bits: it needs a new one';
  return lasting(
    'OPCUA_SERVER_CERTIFICATE',
    status,
    `the certificate of the server ${endpointUrl} (${subject}) ${why}`,
  );
}

function untrustedThere({ endpointUrl, thumbprint, certificateFile }: AttemptFacts, name: string): GatewayError {
  const own =
    thumbprint === undefined
      ? 'this driver’s certificate'
      : `this driver’s certificate (SHA-1 ${thumbprint}, ${certificateFile})`;
  const message = `the server ${endpointUrl} does not accept ${own}: trust it at the server (${name})`;
  return lasting('OPCUA_CLIENT_UNTRUSTED', statusCodes.BadSecurityChecksFailed, message, 'forbidden');
}

function userRefused({ endpointUrl, user }: AttemptFacts, name: string): GatewayError {
  const who =
    user === undefined
      ? 'anonymous users: give the driver an identity'
      : `the user ${user}: look at the name, the password or certificate, and the rights at the server`;
  return lasting(
    'OPCUA_USER_REFUSED',
    statusCodes.BadUserAccessDenied,
    `the server ${endpointUrl} does not let in ${who} (${name})`,
    'forbidden',
  );
}

export function policyRefused({ endpointUrl }: Pick<AttemptFacts, 'endpointUrl'>, why: string): GatewayError {
  const message = `the server ${endpointUrl} does not offer the security that the driver asks for: ${why}; see securityMode and securityPolicy`;
  return lasting('OPCUA_SECURITY_REFUSED', statusCodes.BadSecurityPolicyRejected, message);
}

function otherHost({ endpointUrl, announcedUrls }: AttemptFacts, name: string): GatewayError {
  const known = announcedUrls.length === 0 ? 'another name' : announcedUrls.join(', ');
  const message = `the server does not know itself as ${endpointUrl}, but as ${known}: write that as endpointUrl (${name})`;
  return lasting('OPCUA_OTHER_HOST', statusCodes.BadTcpEndpointUrlInvalid, message);
}

/** Counts as unreachable for whoever asks for values: what has to change, changes at the server or in a store. */
function lasting(code: string, status: StatusCode, message: string, kind: ErrorKind = 'config'): GatewayError {
  return new GatewayError({ code, kind, status, message, writeOutcome: 'not-sent' });
}

function reasonOf(text: string): string {
  if (/ECONNREFUSED/.test(text)) return 'nothing listens at that address (ECONNREFUSED)';
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return 'its host name is not known (DNS)';
  if (/EHOSTUNREACH|ENETUNREACH/.test(text)) return 'there is no way to its host';
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
