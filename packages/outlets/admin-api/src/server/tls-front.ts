import type { Clock, Timer } from '@fieldwarden/core';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';

/** What new connections are met with. */
export interface AdminTls {
  readonly context: SecureContext;
  /** Whose certificate it is: of the gateway, or of the operator's files. */
  readonly source: 'own' | 'files';
}

export interface TlsFrontDependencies {
  readonly clock: Clock;
}

/** From its first packet on, a peer that does not say Hello, or does not finish, costs a connection for so long. */
const handshakeMs = 10_000;

/** Answers that are under way when TLS is switched on may leave for so long. */
const plainGraceMs = 2_000;

/** RFC 8446, 5.1: the type of a handshake record. A request of HTTP begins with a letter. */
const handshakeRecord = 0x16;

type ConnectionListener = (this: Server, socket: Socket) => void;

/**
 * Stands between a port and its HTTP server. While there is a certificate, whoever begins a handshake gets one, and whoever speaks HTTP gets to the
 * server in clear, which can say so. One server serves both, so that its limits hold for all, and another certificate needs no other port.
 */
export class TlsFront implements Disposable {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  readonly #transports = new WeakMap<Socket, Socket>();
  /** That have not got to the server yet. */
  readonly #waiting = new Map<Socket, Timer>();
  readonly #plain = new Set<Socket>();
  #tls: AdminTls | undefined;
  #grace: Timer | undefined;

  /** Before anybody else listens for connections, and before the server listens. */
  constructor(server: Server, { clock }: TlsFrontDependencies) {
    this.#server = server;
    this.#clock = clock;
    const [listener] = server.listeners('connection') as ConnectionListener[];
    this.#listener = listener;
    server.off('connection', listener);
    server.on('connection', (socket: Socket) => this.#meet(socket));
  }

  get tls(): AdminTls | undefined {
    return this.#tls;
  }

  /** From the next connection on; those that are open stay as they are, but for clear ones when TLS comes. */
  use(tls: AdminTls | undefined): void {
    const comes = tls !== undefined && this.#tls === undefined;
    this.#tls = tls;
    if (!comes || this.#plain.size === 0) return;
    this.#grace?.[Symbol.dispose]();
    const clear = [...this.#plain];
    this.#grace = this.#clock.setTimer(() => clear.forEach((socket) => socket.destroy()), plainGraceMs);
    this.#grace.unref();
  }

  /** The socket that came to the port. */
  readonly transportOf = (socket: Socket): Socket => this.#transports.get(socket) ?? socket;

  /** Ends those that have not got to the server. */
  [Symbol.dispose](): void {
    this.#grace?.[Symbol.dispose]();
    for (const socket of this.#waiting.keys()) socket.destroy();
  }

  #meet(socket: Socket): void {
    if (this.#tls) this.#wait(socket);
    else this.#serveClear(socket);
  }

  #serveClear(socket: Socket): void {
    this.#plain.add(socket);
    socket.once('close', () => this.#plain.delete(socket));
    this.#listener.call(this.#server, socket);
  }

  #wait(socket: Socket): void {
    const timer = this.#clock.setTimer(() => socket.destroy(), handshakeMs);
    timer.unref();
    this.#waiting.set(socket, timer);
    socket.once('close', () => this.#goesOn(socket));
    socket.on('error', () => undefined); // `close` follows
    socket.once('end', () => {
      if (this.#waiting.has(socket)) socket.destroy();
    });
    this.#peek(socket);
  }

  #peek(socket: Socket): void {
    const first = socket.read(1) as Buffer | null;
    if (first === null) return void socket.once('readable', () => this.#peek(socket));
    socket.unshift(first);
    if (first[0] === handshakeRecord && this.#tls) return this.#shakeHands(socket, this.#tls);
    this.#goesOn(socket);
    this.#serveClear(socket);
  }

  #shakeHands(socket: Socket, { context }: AdminTls): void {
    const encrypted = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ['http/1.1'],
    });
    encrypted.on('error', () => socket.destroy());
    encrypted.once('end', () => {
      if (this.#waiting.has(socket)) socket.destroy();
    });
    encrypted.once('secure', () => {
      this.#goesOn(socket);
      this.#transports.set(encrypted, socket);
      this.#listener.call(this.#server, encrypted);
    });
  }

  #goesOn(socket: Socket): void {
    this.#waiting.get(socket)?.[Symbol.dispose]();
    this.#waiting.delete(socket);
  }
}
