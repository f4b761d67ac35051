import type { Server, Socket } from 'node:net';
import { messageOf, type Logger } from '@fieldwarden/core';
import type { OPCUAServer, ServerSession } from 'node-opcua';
import { containListeners } from './contain-listeners.js';

/** A member of the library's endpoint that its types call private. */
interface ListeningEndpoint {
  readonly _server?: Server;
}

/**
 * Two things that the library leaves open on a connection.
 *
 * It throws out of the socket's data event when a peer sends a chunk that can't be, which would end the process: whoever
 * reaches the port could do that, without a certificate. Here it ends that connection.
 *
 * And it has one time-out for a connection's hand-shake and for its silence afterwards. Short, it would cut clients that
 * publish seldom; long, silent half-open connections would stay. So the short one counts while a connection has no session;
 * with a session, the session's own time-out does.
 */
export class ConnectionWatch {
  readonly #idleTimeoutMs: number;
  readonly #logger: Logger;
  readonly #sockets = new Map<string, Socket>();
  readonly #sessions = new Map<Socket, Set<ServerSession>>();

  constructor(server: OPCUAServer, idleTimeoutMs: number, logger: Logger) {
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#logger = logger;
    server.on('session_activated', (session) => this.#onActivated(session));
    server.on('session_closed', (session) => this.#leave(session));
  }

  /** Call when the server listens. */
  attach({ endpoints }: OPCUAServer): void {
    for (const endpoint of endpoints as unknown as ListeningEndpoint[]) {
      endpoint._server?.on('connection', (socket: Socket) => this.#onConnection(socket));
    }
  }

  #onConnection(socket: Socket): void {
    const peer = peerOf(socket);
    this.#contain(socket, peer);
    this.#sockets.set(peer, socket);
    socket.once('close', () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
      this.#sessions.delete(socket);
    });
  }

  #contain(socket: Socket, peer: string): void {
    containListeners(socket, (error) => {
      this.#logger.warn(`OPC UA connection of ${peer} closed: ${messageOf(error)}`, { error });
      socket.destroy();
    });
  }

  /** Also called when a session moves to another connection. */
  #onActivated(session: ServerSession): void {
    this.#leave(session);
    const socket = session.channel && this.#sockets.get(peerOf(session.channel));
    if (!socket) return;
    this.#sessions.set(socket, (this.#sessions.get(socket) ?? new Set()).add(session));
    socket.setTimeout(0);
  }

  #leave(session: ServerSession): void {
    for (const [socket, sessions] of this.#sessions) {
      if (!sessions.delete(session) || sessions.size > 0) continue;
      this.#sessions.delete(socket);
      socket.setTimeout(this.#idleTimeoutMs);
    }
  }
}

function peerOf({
  remoteAddress = '',
  remotePort = 0,
}: {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
}): string {
  return `${remoteAddress} ${remotePort}`;
}
