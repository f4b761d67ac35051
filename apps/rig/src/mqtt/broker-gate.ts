import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '@fieldwarden/core';
import { GateConnection, type GateManners } from './gate-connection.js';
import { refusalOf } from './refuse-client.js';

export interface GateOptions {
  readonly host: string;
  readonly port: number;
  /** What is behind it: the path of a socket, or whoever gives its port, starting it where it does not run yet. */
  readonly target: string | (() => Promise<number>);
  /** In PEM: the port speaks TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly clock: Clock;
}

/** A port before a server (the broker, an OPC UA machine), at which everything goes wrong on request, whatever is behind it. */
export class BrokerGate implements AsyncDisposable {
  readonly #options: GateOptions;
  readonly #connections = new Set<GateConnection>();
  readonly #sockets = new Set<Socket>();
  #port: number;
  #server: Server | undefined;
  #manners: GateManners = { freeze: false, bytesPerSecond: undefined, unauthorized: false };
  #dropsAll = false;
  #accepted = 0;

  private constructor(options: GateOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  static async listen(options: GateOptions): Promise<BrokerGate> {
    const gate = new BrokerGate(options);
    await gate.open();
    return gate;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Connections so far. */
  get accepted(): number {
    return this.#accepted;
  }

  set manners(manners: GateManners) {
    this.#manners = manners;
    for (const connection of this.#connections) connection.changed();
    if (manners.unauthorized) this.#reset();
  }

  /** Whether each connection is reset once its client says something. */
  set dropsAll(on: boolean) {
    this.#dropsAll = on;
    if (on) this.#reset();
  }

  /** Does nothing when it is open. */
  async open(): Promise<void> {
    if (this.#server) return;
    const { host, tls } = this.#options;
    const take = (socket: Socket): void => this.#take(socket);
    const server = tls ? createTlsServer(tls, take) : createServer({ noDelay: true }, take);
    server.on('tlsClientError', () => undefined); // the client was told
    server.listen(this.#port, host);
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Resets all connections and lets go of the port. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    this.#reset();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #reset(): void {
    for (const connection of this.#connections) connection.reset();
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(socket: Socket): void {
    this.#accepted += 1;
    this.#sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
    if (this.#manners.unauthorized) {
      socket.once('data', (connect) => socket.end(refusalOf(connect)));
      return;
    }
    if (this.#dropsAll) {
      socket.once('data', () => socket.destroy());
      return;
    }
    const { target } = this.#options;
    if (typeof target === 'string') this.#pass(socket, target);
    else
      target().then(
        (port) => this.#pass(socket, port),
        () => socket.destroy(),
      );
  }

  #pass(socket: Socket, target: string | number): void {
    if (socket.destroyed) return;
    const connection = new GateConnection(socket, target, () => this.#manners, this.#options.clock);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }
}
