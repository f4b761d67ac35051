import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { noFaults, ProxyPipe, type DirectionFaults, type PipeOwner } from './proxy-pipe.js';

export interface FaultProxyOptions {
  readonly targetPort: number;
  readonly targetHost?: string;
  /** 0 = any free one. */
  readonly port?: number;
}

/**
 * A TCP proxy between client and server that breaks things on command. Everything works until a knob is turned:
 *
 * ```ts
 * await using proxy = await FaultProxy.listen({ targetPort: server.port });
 * proxy.toClient.silent = true;      // the server's answers get lost
 * proxy.toServer.corruptAt = 7;      // the 8th byte of each connection's request stream is inverted
 * proxy.dropConnections();           // reset, now
 * proxy.refuse();                    // ECONNREFUSED until accept()
 * ```
 */
export class FaultProxy implements AsyncDisposable {
  /** Faults on the way from client to server. */
  readonly toServer: DirectionFaults = noFaults();
  /** Faults on the way from server to client. */
  readonly toClient: DirectionFaults = noFaults();
  /** Connections accepted since the start. */
  accepted = 0;
  /** Bytes of either direction that arrived here and went no further, being silent or half-open. */
  swallowedBytes = 0;

  readonly #target: { readonly host: string; readonly port: number };
  readonly #links = new Set<Link>();
  #server: Server;
  #port: number;
  #halfOpen = false;

  private constructor({ targetPort, targetHost = '127.0.0.1', port = 0 }: FaultProxyOptions) {
    this.#target = { host: targetHost, port: targetPort };
    this.#port = port;
    this.#server = this.#createServer();
  }

  static async listen(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await proxy.accept();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open on either side. */
  get connections(): number {
    return this.#links.size;
  }

  /**
   * The peer has vanished without a word: sockets stay open, nothing is forwarded, not even a close. Connections that
   * have seen this stay dead when it is switched off; new ones work again.
   */
  get halfOpen(): boolean {
    return this.#halfOpen;
  }

  set halfOpen(on: boolean) {
    this.#halfOpen = on;
    if (on) for (const link of this.#links) link.freeze();
  }

  /** Resets every open connection, on both sides. */
  dropConnections(): void {
    for (const link of this.#links) link.reset();
  }

  /** New connections are refused by the system, as when nothing listens. Open ones stay. */
  refuse(): void {
    if (!this.#server.listening) return;
    // its 'close' event waits for the open connections too, but the port is free at once
    this.#server.close();
    this.#server = this.#createServer();
  }

  /** Listens again, on the same port. */
  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** All knobs back to "works". Connections that were frozen stay so. */
  async heal(): Promise<void> {
    Object.assign(this.toServer, noFaults());
    Object.assign(this.toClient, noFaults());
    this.#halfOpen = false;
    await this.accept();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.refuse();
    this.dropConnections();
    return Promise.resolve();
  }

  #createServer(): Server {
    return createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#link(client));
  }

  #link(client: Socket): void {
    this.accepted++;
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    const link = new Link(client, server, this.toServer, this.toClient, (bytes) => (this.swallowedBytes += bytes));
    this.#links.add(link);
    link.whenClosed(() => this.#links.delete(link));
    if (this.#halfOpen) link.freeze();
  }
}

/** One proxied connection: two sockets, two pipes. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipes: readonly ProxyPipe[];
  #frozen = false;

  constructor(
    client: Socket,
    server: Socket,
    toServer: DirectionFaults,
    toClient: DirectionFaults,
    swallowed: (bytes: number) => void,
  ) {
    this.#client = client;
    this.#server = server;
    const owner: PipeOwner = { cut: () => this.reset(), swallowed };
    this.#pipes = [new ProxyPipe(client, server, toServer, owner), new ProxyPipe(server, client, toClient, owner)];
    this.#tie(client, server);
    this.#tie(server, client);
  }

  freeze(): void {
    this.#frozen = true;
    for (const pipe of this.#pipes) pipe.freeze();
  }

  whenClosed(callback: () => void): void {
    let open = 2;
    const count = (): void => {
      if (--open === 0) callback();
    };
    this.#client.once('close', count);
    this.#server.once('close', count);
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /** When one side breaks, so does the other; an orderly end travels through the pipe, behind the data. */
  #tie(socket: Socket, other: Socket): void {
    socket.on('error', () => {
      if (!this.#frozen) other.resetAndDestroy();
    });
  }
}
