import { GatewayError, hostFault, plainHost } from '@fieldwarden/core';

/** Where a broker is and how it is spoken to. */
export interface BrokerAddress {
  readonly scheme: BrokerScheme;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of the WebSocket; `/mqtt` unless the URL says otherwise. */
  readonly path: string;
  readonly isEncrypted: boolean;
  readonly isWebSocket: boolean;
}

/** The port that each scheme has where the URL names none (IANA; 80 and 443 for WebSocket, RFC 6455, 3). */
const schemes = {
  mqtt: { port: 1883, isEncrypted: false, isWebSocket: false },
  mqtts: { port: 8883, isEncrypted: true, isWebSocket: false },
  ws: { port: 80, isEncrypted: false, isWebSocket: true },
  wss: { port: 443, isEncrypted: true, isWebSocket: true },
} as const;

export type BrokerScheme = keyof typeof schemes;

export const brokerSchemes = Object.keys(schemes) as readonly BrokerScheme[];

const shape = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#@]*)(?::(\d*))?(\/[^?#]*)?([?#].*)?$/i;

/**
 * Takes the URL of a broker apart. A list of schemes that may be: libraries take an unknown one for `mqtt`, plain text. Throws kind
 * `config`, code `MQTT_URL`, with what is wrong.
 */
export function parseBrokerUrl(text: string): BrokerAddress {
  const match = shape.exec(text.trim());
  if (!match) throw refused('is none; a broker is named like mqtt://broker.plant:1883');
  const [, schemeText, credentials, hostText, portText, pathText, rest] = match;
  const scheme = schemeText.toLowerCase();
  if (!isScheme(scheme)) throw refused(`has the scheme ${scheme}; it is one of ${brokerSchemes.join(', ')}`);
  if (credentials !== undefined) throw refused('holds credentials; they belong in username and password');
  if (rest !== undefined) throw refused(`has ${rest[0]} in it; nothing comes after the address of a broker`);
  const { port, isEncrypted, isWebSocket } = schemes[scheme];
  const host = plainHost(hostText);
  const fault = hostFault(host);
  if (fault !== undefined) throw refused(`has a host that ${fault}`);
  if (pathText !== undefined && pathText !== '/' && !isWebSocket)
    throw refused(`has the path ${pathText}; only ws and wss have one`);
  return { scheme, host, port: portOf(portText, port), path: pathText ?? '/mqtt', isEncrypted, isWebSocket };
}

/** As people read it: `mqtts://broker.plant:8883`. */
export function formatBrokerAddress({ scheme, host, port, path, isWebSocket }: BrokerAddress): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${isWebSocket ? path : ''}`;
}

function isScheme(text: string): text is BrokerScheme {
  return Object.hasOwn(schemes, text);
}

function portOf(text: string | undefined, usual: number): number {
  if (text === undefined || text === '') return usual;
  const port = Number(text);
  if (port >= 1 && port <= 65_535) return port;
  throw refused(`names the port ${text}; a port is 1 to 65535`);
}

/** The URL itself is left out: it may hold a password. */
function refused(why: string): GatewayError {
  return new GatewayError({ code: 'MQTT_URL', kind: 'config', message: `the URL ${why}` });
}
