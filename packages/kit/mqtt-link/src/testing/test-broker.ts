import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Qos } from '../messages.js';

/** A message as a subscriber of the broker would see it. */
export interface SeenMessage {
  readonly topic: string;
  /** UTF-8. */
  readonly text: string;
  readonly qos: Qos;
  readonly retain: boolean;
}

export interface TestBrokerOptions {
  /** Default: any. */
  readonly port?: number;
  /** User names and passwords; default: everybody may come. */
  readonly users?: Readonly<Record<string, string>>;
  /** MQTT in frames of a WebSocket, under any path. */
  readonly isWebSocket?: boolean;
  /** MQTT over TLS. */
  readonly tls?: TestBrokerTls;
}

/** PEM. */
export interface TestBrokerTls {
  readonly cert: string;
  readonly key: string;
  /** The only protocol that is taken by ALPN: who does not ask for it is hung up on. Default: whatever comes. */
  readonly alpn?: string;
}

/** A broker in this process, on loopback: MQTT 3.1.1. What it kept is gone when it stops, as in one without a database. */
export class TestBroker implements AsyncDisposable {
  /** Every message that clients published and wills that were published for them, oldest first. */
  readonly seen: SeenMessage[] = [];
  /** Kept when it stops, for the next one. */
  port = 0;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #scheme: 'mqtt' | 'mqtts' | 'ws';
  readonly #sockets = new Set<Socket>();

  private constructor(aedes: Aedes, { isWebSocket = false, tls }: TestBrokerOptions) {
    this.#aedes = aedes;
    this.#scheme = isWebSocket ? 'ws' : tls ? 'mqtts' : 'mqtt';
    this.#server = isWebSocket ? webSocketServer(aedes) : tls ? tlsServer(aedes, tls) : plainServer(aedes);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    aedes.on('publish', ({ topic, payload, qos, retain }, client) => {
      if (!client && topic.startsWith('$SYS')) return;
      this.seen.push({ topic, text: payload.toString(), qos, retain });
    });
  }

  static async start(options: TestBrokerOptions = {}): Promise<TestBroker> {
    const { port = 0, users } = options;
    const aedes = await Aedes.createBroker();
    if (users) {
      aedes.authenticate = (_, username, password, done) => {
        const isKnown = username !== undefined && users[username] === password?.toString();
        done(isKnown ? null : Object.assign(new Error('wrong password'), { returnCode: 4 as const }), isKnown);
      };
    }
    const broker = new TestBroker(aedes, options);
    broker.#server.listen(port, '127.0.0.1');
    await once(broker.#server, 'listening');
    broker.port = (broker.#server.address() as AddressInfo).port;
    return broker;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get connectedClients(): number {
    return this.#aedes.connectedClients;
  }

  /** What was published under a topic, as JSON, oldest first. */
  json(topic: string): readonly Record<string, unknown>[] {
    return this.seen
      .filter((message) => message.topic === topic)
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  }

  publish(
    topic: string,
    text: string,
    { qos = 1, retain = false }: { readonly qos?: Qos; readonly retain?: boolean } = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const packet = { cmd: 'publish' as const, topic, payload: Buffer.from(text), qos, retain, dup: false };
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Cuts all connections; clients may come back. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** The port is free when it resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }
}

function plainServer(aedes: Aedes): Server {
  return createServer((socket) => void aedes.handle(socket));
}

function tlsServer(aedes: Aedes, { cert, key, alpn }: TestBrokerTls): Server {
  const secure = createTlsServer({ cert, key, ...(alpn !== undefined && { ALPNProtocols: [alpn] }) }, (socket) => {
    socket.on('error', () => undefined);
    if (alpn !== undefined && socket.alpnProtocol !== alpn) return void socket.destroy();
    void aedes.handle(socket);
  });
  return secure.on('tlsClientError', () => undefined);
}

function webSocketServer(aedes: Aedes): Server {
  const http = createHttpServer();
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket) => void aedes.handle(createWebSocketStream(socket).on('error', () => undefined)));
  return http;
}
