import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
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
}

/** A broker in this process, on loopback: MQTT 3.1.1. What it kept is gone when it stops, as in one without a database. */
export class TestBroker implements AsyncDisposable {
  /** Every message that clients published and wills that were published for them, oldest first. */
  readonly seen: SeenMessage[] = [];
  /** Kept when it stops, for the next one. */
  port = 0;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #isWebSocket: boolean;
  readonly #sockets = new Set<Socket>();

  private constructor(aedes: Aedes, isWebSocket: boolean) {
    this.#aedes = aedes;
    this.#isWebSocket = isWebSocket;
    this.#server = isWebSocket ? webSocketServer(aedes) : createServer((socket) => void aedes.handle(socket));
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

  static async start({ port = 0, users, isWebSocket = false }: TestBrokerOptions = {}): Promise<TestBroker> {
    const aedes = await Aedes.createBroker();
    if (users) {
      aedes.authenticate = (_, username, password, done) => {
        const isKnown = username !== undefined && users[username] === password?.toString();
        done(isKnown ? null : Object.assign(new Error('wrong password'), { returnCode: 4 as const }), isKnown);
      };
    }
    const broker = new TestBroker(aedes, isWebSocket);
    broker.#server.listen(port, '127.0.0.1');
    await once(broker.#server, 'listening');
    broker.port = (broker.#server.address() as AddressInfo).port;
    return broker;
  }

  get url(): string {
    return `${this.#isWebSocket ? 'ws' : 'mqtt'}://127.0.0.1:${this.port}`;
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

function webSocketServer(aedes: Aedes): Server {
  const http = createHttpServer();
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket) => void aedes.handle(createWebSocketStream(socket).on('error', () => undefined)));
  return http;
}
