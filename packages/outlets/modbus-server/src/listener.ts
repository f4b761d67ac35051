import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { GatewayError, messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { ClientConnection } from './connection.js';
import type { Counters, EndReason } from './counters.js';
import { allowedAddresses, plainAddress } from './map/check-settings.js';
import type { ServerFraming } from './protocol/framing.js';
import type { Requests } from './requests.js';
import type { ModbusServerSettings } from './settings.js';

export interface ListenerDependencies {
  readonly requests: Requests;
  readonly newFraming: () => ServerFraming;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The port was lost after it had been had. */
  readonly onFailure: (error: GatewayError) => void;
}

export type ConnectionRules = Pick<ModbusServerSettings, 'allow' | 'maxConnections' | 'idleMs'>;

/** How long a client may leave an answer lying before it is closed. */
const slowReaderMs = 10_000;
const sweepMs = 1000;
/** Bytes that Node keeps for a connection beyond what it has just read; one answer has at most 260. */
const socketBufferBytes = 4096;
/** Foreign addresses that the log has named: enough to see who it is, too few to fill a disk. */
const longestToldList = 100;

/** The port and the connections on it: who may come, how many, and who has to go. */
export class Listener {
  readonly #deps: ListenerDependencies;
  readonly #server: Server;
  readonly #connections = new Set<ClientConnection>();
  readonly #toldNotAllowed = new Set<string>();
  #rules: ConnectionRules;
  #isAllowed: (address: string) => boolean;
  #sweep: Timer | undefined;
  #listening: Promise<number> | undefined;

  constructor(rules: ConnectionRules, deps: ListenerDependencies) {
    this.#deps = deps;
    this.#rules = rules;
    this.#isAllowed = allowedAddresses(rules.allow);
    const options = { allowHalfOpen: true, highWaterMark: socketBufferBytes };
    this.#server = createServer(options, (socket) => this.#accept(socket));
  }

  get connections(): readonly ClientConnection[] {
    return [...this.#connections];
  }

  /** Resolves with the port. Called once. Throws kind `config`, codes PORT_TAKEN, PORT_NOT_BOUND. */
  async listen(host: string, port: number): Promise<number> {
    this.#listening = this.#bind(host, port);
    const bound = await this.#listening;
    this.#server.on('error', (error) => this.#deps.onFailure(lost(error)));
    this.#sweepLater();
    return bound;
  }

  /** Connections that the new rules do not let in are closed. */
  apply(rules: ConnectionRules): void {
    this.#rules = rules;
    this.#isAllowed = allowedAddresses(rules.allow);
    for (const connection of this.#connections) {
      if (!this.#isAllowed(connection.peer)) this.#close(connection, 'notAllowed');
    }
    while (this.#connections.size > rules.maxConnections) this.#close(this.#leastMissed()!, 'evicted');
  }

  /** Safe while it is about to listen: Node forgets a close that comes before. */
  async close(): Promise<void> {
    await this.#listening?.catch(() => undefined);
    this.#sweep?.[Symbol.dispose]();
    this.#sweep = undefined;
    const isClosed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.close();
    await isClosed;
  }

  async #bind(host: string, port: number): Promise<number> {
    try {
      const isListening = once(this.#server, 'listening');
      this.#server.listen({ host, port });
      await isListening;
      return (this.#server.address() as AddressInfo).port;
    } catch (error) {
      throw notBound(error, host, port);
    }
  }

  #accept(socket: Socket): void {
    if (!this.#isAllowed(socket.remoteAddress ?? '')) return this.#turnAway(socket);
    // A client that went while the event loop was busy.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    if (this.#connections.size >= this.#rules.maxConnections) this.#close(this.#leastMissed()!, 'evicted');
    const { requests, newFraming, clock } = this.#deps;
    const connection = new ClientConnection(socket, {
      requests,
      framing: newFraming(),
      monotonicMs: () => clock.monotonicMs(),
      onNotModbus: (one) => this.#close(one, 'notModbus'),
      onClose: (one) => void this.#connections.delete(one),
    });
    this.#connections.add(connection);
  }

  #turnAway(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? 'unknown');
    socket.on('error', () => undefined);
    socket.destroy();
    this.#deps.counters.connectionsEnded.notAllowed++;
    if (this.#toldNotAllowed.has(address) || this.#toldNotAllowed.size >= longestToldList) return;
    this.#toldNotAllowed.add(address);
    this.#deps.logger.warn(`${address} is not among the addresses that modbusServer.allow lets in`, { peer: address });
  }

  /**
   * Whose place a further client gets. Those that wait for a device stay if they can; those that never asked anything go before those
   * that did, so that a flood of connections takes no place of a client at work.
   */
  #leastMissed(): ClientConnection | undefined {
    const rank = ({ isBusy, requests, lastRequestAtMs }: ClientConnection): readonly number[] => [
      isBusy ? 1 : 0,
      requests > 0 ? 1 : 0,
      lastRequestAtMs,
    ];
    return this.connections.toSorted((a, b) => compare(rank(a), rank(b)))[0];
  }

  #sweepLater(): void {
    this.#sweep = this.#deps.clock.setTimer(() => {
      this.#closeOverdue();
      this.#sweepLater();
    }, sweepMs);
    this.#sweep.unref();
  }

  #closeOverdue(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#deps.counters.tick(nowMs);
    for (const connection of this.#connections) {
      const { stalledSinceMs, isBusy, lastRequestAtMs } = connection;
      if (stalledSinceMs !== undefined) {
        if (nowMs - stalledSinceMs >= slowReaderMs) this.#close(connection, 'slow');
      } else if (!isBusy && nowMs - lastRequestAtMs >= this.#rules.idleMs) this.#close(connection, 'idle');
    }
  }

  #close(connection: ClientConnection, reason: EndReason): void {
    this.#deps.counters.connectionsEnded[reason]++;
    this.#deps.logger.debug(`connection of ${connection.peer} closed: ${reason}`, { peer: connection.peer });
    connection.close();
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((value, i) => value !== b[i]);
  return first < 0 ? 0 : a[first] - b[first];
}

function notBound(error: unknown, host: string, port: number): GatewayError {
  const isTaken = (error as { code?: unknown } | null)?.code === 'EADDRINUSE';
  const message = isTaken
    ? `port ${port} on ${host} is taken by another program; choose another one for Modbus with --modbus-port`
    : `the Modbus server can't listen on ${host}:${port}: ${messageOf(error)}`;
  return new GatewayError({ code: isTaken ? 'PORT_TAKEN' : 'PORT_NOT_BOUND', kind: 'config', message, cause: error });
}

function lost(error: unknown): GatewayError {
  const message = `the Modbus server lost its port: ${messageOf(error)}`;
  return new GatewayError({ code: 'MODBUS_SERVER_PORT_LOST', kind: 'unreachable', message, cause: error });
}
