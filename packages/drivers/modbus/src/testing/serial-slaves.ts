import { ModbusSimSlaves, type ModbusKnobs } from '@fieldwarden/sim-plc';
import { SerialPort } from 'serialport';
import { PtyPair } from './pty-pair.js';

/** Simulated slaves at the far end of a serial line. */
export class SerialSlaves implements AsyncDisposable {
  readonly slaves: ModbusSimSlaves;
  readonly #pair: PtyPair;
  #port: SerialPort | undefined;

  private constructor(pair: PtyPair, units: Readonly<Record<number, ModbusKnobs>>) {
    this.#pair = pair;
    this.slaves = new ModbusSimSlaves(units);
  }

  static async start(units: Readonly<Record<number, ModbusKnobs>>): Promise<SerialSlaves> {
    const line = new SerialSlaves(await PtyPair.open(), units);
    await line.#attach();
    return line;
  }

  /** The port that a gateway opens. */
  get path(): string {
    return this.#pair.near;
  }

  async unplug(): Promise<void> {
    await this.#detach();
    await this.#pair.unplug();
  }

  async plug(): Promise<void> {
    await this.#pair.plug();
    await this.#attach();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    await this.#pair[Symbol.asyncDispose]();
  }

  async #attach(): Promise<void> {
    const port = new SerialPort({ path: this.#pair.far, baudRate: 19_200, autoOpen: false });
    port.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    this.#port = port;
    this.slaves.attach(port);
  }

  async #detach(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  }
}
