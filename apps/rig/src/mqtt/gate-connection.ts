import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock, Timer } from '@fieldwarden/core';

/** What a gate does with the bytes that pass it. */
export interface GateManners {
  /** Nothing passes, and nothing ends. */
  readonly freeze: boolean;
  /** In each direction; undefined: as fast as they come. */
  readonly bytesPerSecond: number | undefined;
  /** Each client is told that it is not authorized. */
  readonly unauthorized: boolean;
}

const sliceMs = 100;

/** One client of the broker: its bytes go both ways as the gate wants. */
export class GateConnection {
  readonly #client: Socket;
  readonly #broker: Socket;
  readonly #directions: readonly [Direction, Direction];

  constructor(client: Socket, target: string | number, manners: () => GateManners, clock: Clock) {
    this.#client = client;
    this.#broker = typeof target === 'string' ? connect(target) : connect(target, '127.0.0.1');
    this.#directions = [
      new Direction(client, this.#broker, manners, clock),
      new Direction(this.#broker, client, manners, clock),
    ];
    client.on('error', () => undefined).on('close', () => this.reset());
    // What the broker said last, such as why it hangs up, still goes out.
    this.#broker.on('error', () => undefined).on('close', () => client.destroySoon());
    this.changed();
  }

  /** The gate has other manners. */
  changed(): void {
    for (const direction of this.#directions) direction.changed();
  }

  reset(): void {
    for (const direction of this.#directions) direction[Symbol.dispose]();
    this.#broker.destroy();
    if (this.#client.destroyed) return;
    if (this.#client instanceof TLSSocket) this.#client.destroy();
    else this.#client.resetAndDestroy();
  }
}

/** Reads from one side only what the other side takes. */
class Direction implements Disposable {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #manners: () => GateManners;
  readonly #clock: Clock;
  #waiting: Buffer[] = [];
  #timer: Timer | undefined;
  #isEnded = false;

  constructor(from: Socket, to: Socket, manners: () => GateManners, clock: Clock) {
    this.#from = from;
    this.#to = to;
    this.#manners = manners;
    this.#clock = clock;
    from.on('data', (bytes: Buffer) => {
      this.#waiting.push(bytes);
      this.#pump();
    });
    from.on('end', () => {
      this.#isEnded = true;
      this.#pump();
    });
    to.on('drain', () => this.#pump());
  }

  changed(): void {
    this.#pump();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#waiting = [];
  }

  #pump(): void {
    const { freeze, bytesPerSecond } = this.#manners();
    if (freeze || this.#timer || this.#to.writableNeedDrain) return void this.#from.pause();
    const waiting = Buffer.concat(this.#waiting);
    const passing = bytesPerSecond === undefined ? waiting : waiting.subarray(0, sliceBytes(bytesPerSecond));
    const rest = waiting.subarray(passing.length);
    this.#waiting = rest.length > 0 ? [rest] : [];
    if (passing.length > 0) this.#to.write(passing);
    if (bytesPerSecond !== undefined && passing.length > 0) {
      this.#from.pause();
      this.#timer = this.#clock.setTimer(() => {
        this.#timer = undefined;
        this.#pump();
      }, sliceMs);
      return;
    }
    if (this.#isEnded && rest.length === 0) this.#to.end();
    else this.#from.resume();
  }
}

function sliceBytes(bytesPerSecond: number): number {
  return Math.max(1, Math.floor((bytesPerSecond * sliceMs) / 1_000));
}
