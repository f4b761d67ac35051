import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { S7SimConnection, type S7SimCpu } from './s7-sim-connection.js';
import type { S7SimCounters } from './s7-sim-counters.js';
import { workingKnobs, type S7SimKnobs } from './s7-sim-knobs.js';
import { S7SimMemory, type S7SimMemoryInit } from './s7-sim-memory.js';
import { transportSizes, type S7SimWriteItem } from './s7-sim-protocol.js';

export interface S7SimOptions extends S7SimMemoryInit {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Largest PDU that is negotiated, bytes. 240 (S7-300, 1200) · 480 (1500, 400) · 960. Default 480. */
  readonly maxPdu?: number;
  /** Jobs in flight that are negotiated. Default 8. */
  readonly maxParallel?: number;
  readonly knobs?: Partial<S7SimKnobs>;
}

/** One item of a write job, as it arrived. */
export interface S7SimWriteRecord {
  /** ms since 1970 UTC. */
  readonly atMs: number;
  readonly area: number;
  readonly db: number;
  readonly start: number;
  /** Undefined unless the item was a single bit. */
  readonly bit: number | undefined;
  readonly data: Buffer;
  /** Return code it was answered with; 0xff = done. */
  readonly code: number;
}

const maxWriteRecords = 10_000;

/**
 * A simulated S7 CPU: ISO-on-TCP and S7comm over a real socket, with data blocks in plain Buffers.
 *
 * ```ts
 * await using plc = await S7SimServer.listen({ dbs: { 1: Buffer.alloc(256) } });
 * plc.db(1).writeFloatBE(21.5, 0);
 * plc.knobs.delayMs = 50;
 * ```
 */
export class S7SimServer implements S7SimCpu, AsyncDisposable {
  readonly host: string;
  readonly memory: S7SimMemory;
  readonly knobs: S7SimKnobs;
  maxPdu: number;
  maxParallel: number;
  readonly counters: S7SimCounters = {
    connections: 0,
    maxOpenConnections: 0,
    refused: 0,
    setups: 0,
    jobs: 0,
    reads: 0,
    writes: 0,
    itemsRead: 0,
    itemsWritten: 0,
    oversized: 0,
    misbehaved: 0,
    garbage: 0,
  };
  /** The last 10,000 written items, oldest first. */
  readonly writeLog: S7SimWriteRecord[] = [];
  /** Of the last connect request. */
  lastTsaps: { readonly localTsap: number; readonly remoteTsap: number } | undefined;

  readonly #connections = new Set<S7SimConnection>();
  #server: Server | undefined;
  #port: number;

  private constructor(options: S7SimOptions) {
    this.host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
    this.maxPdu = options.maxPdu ?? 480;
    this.maxParallel = options.maxParallel ?? 8;
    this.memory = new S7SimMemory(options);
    this.knobs = { ...workingKnobs(), ...options.knobs };
  }

  static async listen(options: S7SimOptions = {}): Promise<S7SimServer> {
    const server = new S7SimServer(options);
    await server.start();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  /** The bytes of one data block. Throws if there is none of this number. */
  db(number: number): Buffer {
    const bytes = this.memory.dbs.get(number);
    if (!bytes) throw new Error(`the simulated PLC has no DB${number}`);
    return bytes;
  }

  /** Listens again after `close`, on the same port and with the same memory. */
  async start(): Promise<void> {
    if (this.#server) return;
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.host, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Resets every connection and refuses new ones. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.dropConnections();
    await closed;
  }

  dropConnections(): void {
    for (const connection of this.#connections) connection.reset();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Called by a connection for each item of a write job. */
  recordWrite(item: S7SimWriteItem, code: number): void {
    if (code === 0xff) this.counters.itemsWritten++;
    if (this.writeLog.length === maxWriteRecords) this.writeLog.shift();
    const { area, db, start, data } = item;
    const bit = item.transport === transportSizes.bit ? item.bit : undefined;
    this.writeLog.push({ atMs: Date.now(), area, db, start, bit, data: Buffer.from(data), code });
  }

  #accept(socket: Socket): void {
    if (this.knobs.refuseConnections) {
      this.counters.refused++;
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    const connection = new S7SimConnection(socket, this);
    this.#connections.add(connection);
    this.counters.connections++;
    this.counters.maxOpenConnections = Math.max(this.counters.maxOpenConnections, this.#connections.size);
    socket.once('close', () => this.#connections.delete(connection));
  }
}
