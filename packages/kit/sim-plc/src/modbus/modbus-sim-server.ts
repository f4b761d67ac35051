import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ModbusCounters } from './modbus-counters.js';
import type { ModbusKnobs, ModbusServerKnobs } from './modbus-knobs.js';
import { rtuFraming } from './modbus-rtu-framing.js';
import { ModbusSimConnection } from './modbus-sim-connection.js';
import type { ModbusSimFraming } from './modbus-sim-framing.js';
import { unitsOf } from './modbus-sim-slaves.js';
import type { ModbusSimUnit } from './modbus-sim-unit.js';
import { tcpFraming } from './modbus-tcp-framing.js';

export interface ModbusSimOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 (default) = any free one. */
  readonly port?: number;
  /** `rtu`: frames of a serial line in the TCP stream, as from a serial device server. Default `tcp`. */
  readonly framing?: 'tcp' | 'rtu';
  /** Unit ids with their knobs. */
  readonly units: Readonly<Record<number, ModbusKnobs>>;
  readonly knobs?: ModbusServerKnobs;
}

/**
 * A Modbus TCP device, or a gateway or serial device server with several units behind it, on a real socket: functions 1 to 6, 15, 16 and 22 with the
 * exceptions of Modbus Application Protocol V1.1b3, a memory per unit, counters of what it saw, and a knob for every failure.
 *
 * ```ts
 * await using plc = await ModbusSimServer.listen({ units: { 1: {} } });
 * plc.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, 12.5);
 * plc.unit(1).once({ delayMs: 300 });       // the next answer comes late
 * plc.unit(1).knobs.silent = true;          // and then none at all
 * ```
 */
export class ModbusSimServer implements AsyncDisposable {
  readonly host: string;
  readonly counters = new ModbusCounters();
  knobs: ModbusServerKnobs;
  readonly #units: ReadonlyMap<number, ModbusSimUnit>;
  readonly #framing: ModbusSimFraming;
  readonly #connections = new Map<Socket, ModbusSimConnection>();
  #server: Server;
  #port: number;

  private constructor({ host = '127.0.0.1', port = 0, framing = 'tcp', units, knobs = {} }: ModbusSimOptions) {
    this.host = host;
    this.knobs = knobs;
    this.#port = port;
    this.#framing = framing === 'tcp' ? tcpFraming : rtuFraming;
    this.#units = unitsOf(units);
    this.#server = this.#createServer();
  }

  static async listen(options: ModbusSimOptions): Promise<ModbusSimServer> {
    const server = new ModbusSimServer(options);
    await server.start();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get units(): ReadonlyMap<number, ModbusSimUnit> {
    return this.#units;
  }

  unit(id: number): ModbusSimUnit {
    const unit = this.#units.get(id);
    if (unit === undefined) throw new RangeError(`this server has no unit ${id}`);
    return unit;
  }

  /** Listens again after `stop`, on the same port, with the memory as it was. */
  async start(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, this.host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The device is gone: connections are reset, new ones refused by the system. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.dropConnections();
    await closed;
    this.#server = this.#createServer();
  }

  dropConnections(): void {
    for (const connection of this.#connections.values()) connection.cut();
  }

  async close(): Promise<void> {
    await this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #createServer(): Server {
    return createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  #accept(socket: Socket): void {
    const { refuseConnections, maxConnections = Infinity } = this.knobs;
    if (refuseConnections || this.#connections.size >= maxConnections) {
      this.counters.connectionsRefused++;
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    this.counters.connectionsAccepted++;
    this.#connections.set(socket, new ModbusSimConnection(socket, this.#framing, this));
    socket.on('close', () => this.#connections.delete(socket));
  }
}
