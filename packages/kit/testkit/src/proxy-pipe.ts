import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { delay, systemClock } from '@fieldwarden/core';

/** What goes wrong with the bytes of one direction. Read anew for every chunk, so a test may turn a knob at any time. */
export interface DirectionFaults {
  /** Every byte arrives this much later. */
  delayMs: number;
  /** Bytes per second that get through; undefined = all. */
  bytesPerSecond: number | undefined;
  /** Swallow: nothing is forwarded, nothing is closed. */
  silent: boolean;
  /** One write per byte. */
  splitEveryByte: boolean;
  /** Hold bytes this long and forward what has gathered in one write; 0 = off. */
  mergeMs: number;
  /** Position (0 = first byte of this direction on each connection) of the byte to invert. */
  corruptAt: number | undefined;
  /** Forward this many bytes on each connection, then reset it. */
  cutAfterBytes: number | undefined;
}

export function noFaults(): DirectionFaults {
  return {
    delayMs: 0,
    bytesPerSecond: undefined,
    silent: false,
    splitEveryByte: false,
    mergeMs: 0,
    corruptAt: undefined,
    cutAfterBytes: undefined,
  };
}

/** Unread bytes that a slow pipe may hold before it stops reading its source. */
const maxQueuedBytes = 1 << 20;

interface Chunk {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** Carries one direction of one proxied connection from `source` to `target`. */
export class ProxyPipe {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #faults: DirectionFaults;
  readonly #cut: () => void;
  readonly #stop = new AbortController();
  readonly #queue: Chunk[] = [];
  #queuedBytes = 0;
  #position = 0;
  #pumping = false;
  #ended = false;

  /** `cut` resets the whole connection. */
  constructor(source: Socket, target: Socket, faults: DirectionFaults, cut: () => void) {
    this.#source = source;
    this.#target = target;
    this.#faults = faults;
    this.#cut = cut;
    source.on('data', (bytes) => this.#take(bytes));
    source.on('end', () => {
      this.#ended = true;
      this.#pumpSafely();
    });
  }

  /** Forwards nothing any more and drops what is queued. Keeps reading, so that the sender notices nothing. */
  freeze(): void {
    this.#stop.abort();
    this.#source.resume();
  }

  #take(bytes: Buffer): void {
    if (this.#stop.signal.aborted || this.#faults.silent) return;
    this.#queue.push({ bytes: this.#corrupted(bytes), dueMs: systemClock.monotonicMs() + this.#holdMs() });
    this.#position += bytes.length;
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > maxQueuedBytes) this.#source.pause();
    this.#pumpSafely();
  }

  #holdMs(): number {
    return this.#faults.delayMs + this.#faults.mergeMs;
  }

  #corrupted(bytes: Buffer): Buffer {
    const at = this.#faults.corruptAt === undefined ? -1 : this.#faults.corruptAt - this.#position;
    if (at < 0 || at >= bytes.length) return bytes;
    const copy = Buffer.from(bytes);
    copy[at] ^= 0xff;
    return copy;
  }

  #pumpSafely(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#pump()
      .catch(() => undefined) // frozen or closed: there is nowhere left to report to
      .finally(() => (this.#pumping = false));
  }

  async #pump(): Promise<void> {
    for (let chunk = this.#queue[0]; chunk; chunk = this.#queue[0]) {
      const waitMs = chunk.dueMs - systemClock.monotonicMs();
      if (waitMs > 0) await delay(systemClock, waitMs, this.#stop.signal);
      await this.#forward(this.#dequeue());
    }
    if (this.#ended && !this.#stop.signal.aborted) this.#target.end();
  }

  #dequeue(): Buffer {
    const count = this.#faults.mergeMs > 0 ? this.#queue.length : 1;
    const bytes = Buffer.concat(this.#queue.splice(0, count).map((chunk) => chunk.bytes));
    this.#queuedBytes -= bytes.length;
    if (this.#queuedBytes <= maxQueuedBytes) this.#source.resume();
    return bytes;
  }

  #forwardedBytes = 0;

  async #forward(bytes: Buffer): Promise<void> {
    const room = (this.#faults.cutAfterBytes ?? Infinity) - this.#forwardedBytes;
    const whole = bytes.subarray(0, Math.max(0, Math.min(bytes.length, room)));
    for (const piece of this.#faults.splitEveryByte ? eachByte(whole) : [whole]) await this.#write(piece);
    if (bytes.length >= room) this.#cut();
  }

  async #write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0 || this.#stop.signal.aborted) return;
    const { bytesPerSecond, splitEveryByte } = this.#faults;
    await new Promise<void>((resolve, reject) =>
      this.#target.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
    this.#forwardedBytes += bytes.length;
    if (bytesPerSecond) await delay(systemClock, (bytes.length * 1_000) / bytesPerSecond, this.#stop.signal);
    else if (splitEveryByte) await nextTurn();
  }
}

function* eachByte(bytes: Buffer): Iterable<Buffer> {
  for (let i = 0; i < bytes.length; i++) yield bytes.subarray(i, i + 1);
}
