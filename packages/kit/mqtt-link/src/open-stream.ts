import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import type { BrokerAddress } from './naming/broker-url.js';
import type { TlsMaterial } from './naming/tls-files.js';

/** Brokers behind the port of the web tell MQTT by ALPN (RFC 7301): there it is asked for, and must be answered. */
const alpnPort = 443;
const alpnProtocol = 'mqtt';

/**
 * A stream of bytes to the broker, connected and, where the scheme says so, secured. Rejects as Node.js does. Who aborts
 * gets nothing that is open.
 */
export async function openStream(address: BrokerAddress, material: TlsMaterial, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const stream = address.isWebSocket ? webSocket(address, material) : socket(address, material);
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

function socket({ host, port, isEncrypted }: BrokerAddress, material: TlsMaterial): OpeningStream {
  if (!isEncrypted) {
    const plain = connectTcp({ host, port, noDelay: true, keepAlive: true });
    return { duplex: plain, opened: opening(plain, 'connect') };
  }
  const mustChoose = port === alpnPort;
  const secure = connectTls({
    ...material,
    host,
    port,
    servername: isIP(host) === 0 ? host : '',
    ...(mustChoose && { ALPNProtocols: [alpnProtocol] }),
  });
  secure.setNoDelay(true);
  const opened = opening(secure, 'secureConnect').then(() => {
    if (mustChoose && secure.alpnProtocol !== alpnProtocol) throw noAlpn(host, port);
  });
  return { duplex: secure, opened };
}

/** MQTT 5, 6: the subprotocol is `mqtt`, frames are binary. */
function webSocket({ host, port, path, isEncrypted }: BrokerAddress, material: TlsMaterial): OpeningStream {
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

function noAlpn(host: string, port: number): Error {
  const message = `${host}:${port} did not choose ${alpnProtocol} by ALPN: what answers at this port is no broker`;
  return Object.assign(new Error(message), { code: 'ERR_TLS_ALPN' });
}
