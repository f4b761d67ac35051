import { messageOf } from '@fieldwarden/core';
import type { SerialPort } from 'serialport';
import type { Connection, ConnectionEvents } from './wire.js';

export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 8;
  readonly parity: 'even' | 'odd' | 'none';
  readonly stopBits: 1 | 2;
}

/**
 * One opening of a serial port. The only place that touches one; whatever it does ends in one of the events. The native
 * module is loaded by the first opening, so that knowing of this driver loads none.
 */
export class SerialConnection implements Connection {
  /** Resolves once the port is closed: until then it can't be opened again. */
  readonly released: Promise<void>;
  readonly #events: ConnectionEvents;
  #port: SerialPort | undefined;
  #isOver = false;
  #release: () => void = () => undefined;

  /** Opens once the connection before it is `released`. */
  constructor(settings: SerialSettings, previous: Promise<void>, events: ConnectionEvents) {
    this.#events = events;
    this.released = new Promise((resolve) => (this.#release = resolve));
    this.#open(settings, previous).catch((error: unknown) => {
      this.#end(messageOf(error));
      this.#release();
    });
  }

  send(bytes: Buffer): void {
    if (!this.#isOver) this.#port?.write(Buffer.from(bytes));
  }

  drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // a port that is opening is closed as soon as it is open
    if (this.#port?.isOpen) this.#port.close(() => this.#release());
    else if (this.#port && !this.#port.opening) this.#release();
  }

  async #open(settings: SerialSettings, previous: Promise<void>): Promise<void> {
    await previous;
    const { SerialPort } = await import('serialport');
    if (this.#isOver) return this.#release();
    const port = new SerialPort({ ...settings, autoOpen: false });
    this.#port = port;
    port.on('data', (chunk: Buffer) => {
      if (!this.#isOver) this.#events.received(chunk, chunk.length);
    });
    port.on('error', (error) => this.#end(messageOf(error)));
    port.on('end', () => this.#end('the port reports its end'));
    port.on('close', (error: Error | null) => {
      this.#end(error ? messageOf(error) : 'the port was closed');
      this.#release();
    });
    port.open((error) => this.#opened(port, error));
  }

  #opened(port: SerialPort, error: Error | null): void {
    if (error) {
      this.#end(messageOf(error));
      this.#release();
    } else if (this.#isOver) port.close(() => this.#release());
    else this.#events.connected();
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.drop();
    this.#events.lost(why);
  }
}
