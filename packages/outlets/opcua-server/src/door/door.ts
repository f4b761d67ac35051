import type { Server, Socket } from 'node:net';
import type { Clock } from '@fieldwarden/core';
import { StatusCodes } from 'node-opcua';
import { Connection, type ConnectionHost } from './connection.js';
import { doorLimits } from './door-limits.js';
import { Refusal } from './frame-reader.js';
import { Turns } from './turns.js';

const checkMs = 500;

export interface DoorDependencies {
  readonly clock: Clock;
  /** A peer that has not said Hello after this is cut. */
  readonly handshakeTimeoutMs: number;
  /** Called when a connection is ended for what it did or left undone. */
  readonly onRefused: (connection: Connection, refusal: Refusal) => void;
}

export interface DoorCounts {
  readonly connections: number;
  /** Idle ones that gave way to newcomers, so far. */
  readonly evicted: number;
  readonly refused: number;
}

/**
 * The TCP port. A connection is the library's only when it has said Hello; those that say nothing cost next to nothing, and the oldest
 * without a session gives way to whoever comes when there is no place left (OPC 10000-4, 5.5.2).
 */
export class Door implements Disposable, ConnectionHost {
  readonly #clock: Clock;
  readonly #dependencies: DoorDependencies;
  readonly #turns: Turns;
  /** Oldest first. */
  readonly #connections = new Map<Socket, Connection>();
  /** By address and port, for sessions, which know no more of it. */
  readonly #byPeer = new Map<string, Connection>();
  readonly #unsent = new Map<Connection, number>();
  #allUnsent = 0;
  #handOver: (socket: Socket) => void = () => undefined;
  #timer: Disposable | undefined;
  #evicted = 0;
  #refused = 0;

  constructor(dependencies: DoorDependencies) {
    this.#clock = dependencies.clock;
    this.#dependencies = dependencies;
    this.#turns = new Turns(dependencies.clock);
  }

  /** Takes the place of the library's own listener for connections. Call before the server listens. */
  standBefore(server: Server): void {
    const [libraryListener] = server.listeners('connection') as ((socket: Socket) => void)[];
    server.off('connection', libraryListener);
    server.on('connection', (socket) => this.#admit(socket));
    server.maxConnections = doorLimits.connections + 64; // the door itself decides
    this.#handOver = (socket) => libraryListener.call(server, socket);
    this.#timer = this.#clock.setTimer(() => this.#check(), checkMs);
  }

  counts(): DoorCounts {
    return { connections: this.#connections.size, evicted: this.#evicted, refused: this.#refused };
  }

  /** The connection of a channel. */
  connectionOf({ remoteAddress, remotePort }: { readonly remoteAddress?: string; readonly remotePort?: number }) {
    return this.#byPeer.get(`${remoteAddress} ${remotePort}`);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    for (const { socket } of this.#connections.values()) socket.destroy();
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  wantTurn(connection: Connection): void {
    this.#turns.want(connection);
  }

  saidHello(connection: Connection): boolean {
    const talking = this.#all().filter(({ hasSaidHello }) => hasSaidHello);
    if (!this.#makePlace(talking, connection.address, doorLimits.channels)) return false;
    this.#handOver(connection.socket);
    return true;
  }

  grew(connection: Connection): void {
    const unsent = connection.unsentBytes;
    this.#allUnsent += unsent - (this.#unsent.get(connection) ?? 0);
    this.#unsent.set(connection, unsent);
    if (connection.unfinishedBytes > 0) this.#boundUnfinished(connection.hasSession);
  }

  unsentLimit(): number {
    const isPressed = this.#allUnsent > doorLimits.allUnsentBytes;
    return isPressed ? doorLimits.unsentBytesUnderPressure : doorLimits.unsentBytes;
  }

  tell(connection: Connection, refusal: Refusal, isTold: boolean): void {
    this.#refused += 1;
    if (!isTold) this.#dependencies.onRefused(connection, refusal);
  }

  #admit(socket: Socket): void {
    socket.setNoDelay(true);
    const connection = new Connection(socket, this);
    const silent = this.#all().filter(({ hasSaidHello }) => !hasSaidHello);
    this.#makePlace(silent, connection.address, doorLimits.connections - doorLimits.channels);
    const peer = `${connection.address} ${connection.port}`;
    this.#connections.set(socket, connection);
    this.#byPeer.set(peer, connection);
    socket.once('close', () => {
      this.#connections.delete(socket);
      if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer);
      this.#turns.leave(connection);
      this.#allUnsent -= this.#unsent.get(connection) ?? 0;
      this.#unsent.delete(connection);
    });
  }

  #all(): Connection[] {
    return [...this.#connections.values()];
  }

  /** Among connections of a kind, oldest first, for one more from this address: false when nobody gives way. */
  #makePlace(among: readonly Connection[], address: string, limit: number): boolean {
    const neighbours = among.filter((one) => one.address === address);
    const isOverShare = neighbours.length >= limit * doorLimits.shareOfAddress;
    if (!isOverShare && among.length < limit) return true;
    const idle = (isOverShare ? neighbours : among).find(({ hasSession }) => !hasSession);
    if (!idle) return false;
    this.#evicted += 1;
    idle.socket.destroy();
    this.#connections.delete(idle.socket);
    return true;
  }

  /** Whoever holds most of an unfinished message ends, so that the many who hold little are not refused for it. */
  #boundUnfinished(hasSession: boolean): void {
    const { clientsUnfinishedBytes, strangersUnfinishedBytes } = doorLimits;
    const limit = hasSession ? clientsUnfinishedBytes : strangersUnfinishedBytes;
    let sum = 0;
    let most: Connection | undefined;
    for (const one of this.#connections.values()) {
      if (one.hasSession !== hasSession) continue;
      sum += one.unfinishedBytes;
      if (!most || one.unfinishedBytes > most.unfinishedBytes) most = one;
    }
    if (sum > limit) most?.refuse(new Refusal(StatusCodes.BadTcpNotEnoughResources, 'too much is under way at once'));
  }

  #check(): void {
    this.#timer = this.#clock.setTimer(() => this.#check(), checkMs);
    const nowMs = this.nowMs();
    for (const connection of this.#all()) {
      connection.check(nowMs);
      this.grew(connection);
      const isSilent = !connection.hasSaidHello && nowMs - connection.sinceMs > this.#dependencies.handshakeTimeoutMs;
      if (isSilent) connection.socket.destroy();
    }
  }
}
