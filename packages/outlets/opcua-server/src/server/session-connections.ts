import type { OPCUAServer, ServerSession } from 'node-opcua';
import type { Connection } from '../door/connection.js';
import type { Door } from '../door/door.js';

/**
 * Which connections have sessions. The library has one time-out for a connection's hand-shake and for its silence afterwards: short, it
 * would cut clients that publish seldom; long, silent half-open connections would stay. So the short one counts while a connection has no
 * session; with a session, the session's own time-out does.
 */
export class SessionConnections {
  readonly #door: Door;
  readonly #idleTimeoutMs: number;
  readonly #sessions = new Map<Connection, Set<ServerSession>>();

  constructor(server: OPCUAServer, door: Door, idleTimeoutMs: number) {
    this.#door = door;
    this.#idleTimeoutMs = idleTimeoutMs;
    server.on('session_activated', (session) => this.#onActivated(session));
    server.on('session_closed', (session) => this.#leave(session));
  }

  /** Also called when a session moves to another connection. */
  #onActivated(session: ServerSession): void {
    this.#leave(session);
    const connection = session.channel && this.#door.connectionOf(session.channel);
    if (!connection) return;
    if (!this.#sessions.has(connection)) connection.socket.once('close', () => this.#sessions.delete(connection));
    this.#sessions.set(connection, (this.#sessions.get(connection) ?? new Set()).add(session));
    connection.hasSession = true;
    connection.socket.setTimeout(0);
  }

  #leave(session: ServerSession): void {
    for (const [connection, sessions] of this.#sessions) {
      if (!sessions.delete(session) || sessions.size > 0) continue;
      this.#sessions.delete(connection);
      connection.hasSession = false;
      connection.socket.setTimeout(this.#idleTimeoutMs);
    }
  }
}
