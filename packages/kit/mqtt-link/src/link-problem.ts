/** Why there is no connection: what it was, and a sentence for people with what helps. */
export interface LinkProblem {
  readonly kind: LinkProblemKind;
  readonly message: string;
}

/**
 * `unreachable`: no TCP connection · `tls`: the certificates · `silent`: it answers nothing · `refused`: it said no ·
 * `closed`: it ended the connection · `taken-id`: another client has this id · `settings`: files or settings that can't work ·
 * `asked`: ended from this side.
 */
export type LinkProblemKind =
  'unreachable' | 'tls' | 'silent' | 'refused' | 'closed' | 'taken-id' | 'settings' | 'asked';

/** Reason codes of CONNACK, with what helps (MQTT 5, 3.2.2.2; MQTT 3.1.1, 3.2.2.3). */
const refusals: ReadonlyMap<number, string> = new Map([
  [1, 'it does not speak this version of MQTT; set version'],
  [2, 'it does not take this client id; set clientId'],
  [3, 'it is not available at the moment'],
  [4, 'user name or password are wrong'],
  [5, 'user name or password are wrong, or its rules do not let this user in'],
  [0x84, 'it does not speak this version of MQTT; set version'],
  [0x85, 'it does not take this client id; set clientId'],
  [0x86, 'user name or password are wrong'],
  [0x87, 'user name or password are wrong, or its rules do not let this user in'],
  [0x88, 'it is not available at the moment'],
  [0x89, 'it is busy'],
  [0x8a, 'this client is banned'],
  [0x8c, 'it wants another way to sign in, which the gateway has not'],
  [0x90, 'it does not take the topic of the will; its rules must allow <root>/<site>/status'],
  [0x95, 'the will is too large for it'],
  [0x97, 'a quota of it is used up'],
  [0x9a, 'it does not keep retained messages, and the will is one'],
  [0x9b, 'it does not take QoS 1, and the will has it'],
  [0x9c, 'another server is to be used'],
  [0x9d, 'it has moved to another server'],
  [0x9f, 'too many connections come in too short a time'],
]);

/** Reason codes of DISCONNECT and of acknowledgements (MQTT 5, 2.4). */
const reasons: ReadonlyMap<number, string> = new Map([
  [0x80, 'unspecified error'],
  [0x81, 'malformed packet'],
  [0x82, 'protocol error'],
  [0x83, 'implementation specific error'],
  [0x87, 'not authorized'],
  [0x89, 'server busy'],
  [0x8b, 'server shutting down'],
  [0x8d, 'keep alive timeout'],
  [0x8e, 'session taken over'],
  [0x8f, 'topic filter invalid'],
  [0x90, 'topic name invalid'],
  [0x93, 'receive maximum exceeded'],
  [0x94, 'topic alias invalid'],
  [0x95, 'packet too large'],
  [0x96, 'message rate too high'],
  [0x97, 'quota exceeded'],
  [0x98, 'administrative action'],
  [0x99, 'payload format invalid'],
  [0x9a, 'retain not supported'],
  [0x9b, 'QoS not supported'],
  [0x9e, 'shared subscriptions not supported'],
  [0xa1, 'subscription identifiers not supported'],
  [0xa2, 'wildcard subscriptions not supported'],
]);

export const sessionTakenOver = 0x8e;

export function reasonText(code: number): string {
  const text = reasons.get(code);
  return text === undefined ? `reason code ${hex(code)}` : `${text} (${hex(code)})`;
}

export function refusalProblem(broker: string, code: number): LinkProblem {
  const why = refusals.get(code) ?? reasonText(code);
  return { kind: 'refused', message: `the broker ${broker} refused the connection: ${why}` };
}

/** It does not speak the version that was tried (MQTT 5, 3.1.2.2; MQTT 3.1.1, 3.2.2.3). */
export function isVersionRefusal(code: number): boolean {
  return code === 1 || code === 0x84;
}

/** Failures to connect, by their codes in Node.js. */
export function unreachableProblem(broker: string, error: unknown): LinkProblem {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const text = connectFaults.get(code);
  if (text !== undefined) return { kind: 'unreachable', message: `the broker ${broker} can't be reached: ${text}` };
  const isTls = /^(ERR_(TLS|SSL|OSSL)|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/.test(code);
  if (isTls) return { kind: 'tls', message: `no secure connection to ${broker}: ${tlsText(code, message)}` };
  return { kind: 'unreachable', message: `the broker ${broker} can't be reached: ${message}` };
}

const connectFaults: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there; is the broker running, and is this its port?'],
  ['ENOTFOUND', 'no such host; check the name, or the name server'],
  ['EAI_AGAIN', 'the name server does not answer'],
  ['EHOSTUNREACH', 'there is no way to this host'],
  ['ENETUNREACH', 'there is no way to this network'],
  ['ETIMEDOUT', 'it does not answer'],
  ['ECONNRESET', 'it ended the connection before it was one; is this the port for this scheme?'],
]);

function tlsText(code: string, message: string): string {
  switch (code) {
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `nobody trusted here signed the broker's certificate; tls.caFile has to name the authority that did (${code})`;
    case 'CERT_HAS_EXPIRED':
      return `the broker's certificate has ended (${code})`;
    case 'CERT_NOT_YET_VALID':
      return `the broker's certificate is not valid yet; does the clock go right? (${code})`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the broker's certificate is for another name: ${message}`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return `what answers there speaks no TLS; is this the port for mqtts? (${message})`;
    default:
      return alertText(message) ?? message;
  }
}

/** What the broker said in TLS before it hung up: OpenSSL's own words, with places in its source around them. */
function alertText(message: string): string | undefined {
  const [, alert] = /alert ([a-z ]+)/i.exec(message) ?? [];
  if (alert === undefined) return undefined;
  const isAboutCertificate = /certificate|unknown ca|access denied/i.test(alert);
  return isAboutCertificate
    ? `the broker wants another certificate of this gateway; name one in tls.certFile and tls.keyFile (${alert})`
    : `the broker refused it (${alert})`;
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
