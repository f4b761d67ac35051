import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import type { BrokerAddress } from './naming/broker-url.js';
import type { TlsMaterial } from './naming/tls-files.js';

/** Brokers behind the port of the web tell MQTT by ALPN (RFC 7301): there it is asked for without a setting, and must be answered. */
const alpnPort = 443;
const usualAlpn = 'mqtt';

/** What secures a stream. */
export interface StreamSecurity extends TlsMaterial {
  /** As in `TlsSettings`. */
  readonly alpn: string | null;
}

/**
 * A stream of bytes to the broker, connected and, where the scheme says so, secured. Rejects as Node.js does. Who aborts
 * gets nothing that is open.
 */
export async function openStream(
  address: BrokerAddress,
  security: StreamSecurity,
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  const stream = address.isWebSocket ? webSocket(address, security) : socket(address, security);
  stream.duplex.on('error', () => undefined);
  const abort = (): void => void stream.duplex.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await stream.opened;
    signal.throwIfAborted();
    return stream.duplex;
  } catch (error) {
    stream.duplex.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface OpeningStream {
  readonly duplex: Duplex;
  readonly opened: Promise<unknown>;
}

function socket({ host, port, isEncrypted }: BrokerAddress, { alpn, ...material }: StreamSecurity): OpeningStream {
  if (!isEncrypted) {
    const plain = connectTcp({ host, port, noDelay: true, keepAlive: true });
    return { duplex: plain, opened: opening(plain, 'connect') };
  }
  const protocol = alpn ?? (port === alpnPort ? usualAlpn : undefined);
  const secure = connectTls({
    ...material,
    host,
    port,
    servername: isIP(host) === 0 ? host : '',
    ...(protocol !== undefined && { ALPNProtocols: [protocol] }),
  });
  secure.setNoDelay(true);
  const opened = opening(secure, 'secureConnect').then(() => {
    if (protocol !== undefined && secure.alpnProtocol !== protocol) throw noAlpn(host, port, protocol);
  });
  return { duplex: secure, opened };
}

/** MQTT 5, 6: the subprotocol is `mqtt`, frames are binary. */
function webSocket(
  { host, port, path, isEncrypted }: BrokerAddress,
  { alpn: _, ...material }: StreamSecurity,
): OpeningStream {
  const name = host.includes(':') ? `[${host}]` : host;
  const url = `${isEncrypted ? 'wss' : 'ws'}://${name}:${port}${path}`;
  const web = new WebSocket(url, ['mqtt'], {
    perMessageDeflate: false,
    followRedirects: false,
    ...(isEncrypted && material),
  });
  const opened = new Promise<void>((resolve, reject) => {
    web.once('open', resolve).once('error', reject);
    web.once('close', () => reject(closedEarly()));
  });
  const duplex = createWebSocketStream(web);
  // Its writing half would stay open for ever: nobody would notice that the connection is gone.
  duplex.once('end', () => duplex.destroy());
  return { duplex, opened };
}

function opening(stream: Socket | TLSSocket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once(event, resolve).once('error', reject);
    stream.once('close', () => reject(closedEarly()));
  });
}

function closedEarly(): Error {
  return Object.assign(new Error('the connection was closed before it was one'), { code: 'ECONNRESET' });
}

function noAlpn(host: string, port: number, protocol: string): Error {
  const message = `${host}:${port} did not choose ${protocol} by ALPN: what answers at this port is no broker`;
  return Object.assign(new Error(message), { code: 'ERR_TLS_ALPN' });
}
