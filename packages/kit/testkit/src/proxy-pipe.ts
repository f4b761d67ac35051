import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { delay, systemClock } from '@fieldwarden/core';

/** What goes wrong with the bytes of one direction. Read anew for every chunk, so a test may turn a knob at any time. */
export interface DirectionFaults {
  /** Every byte arrives this much later. */
  delayMs: number;
  /** Bytes per second that get through; undefined = all. */
  bytesPerSecond: number | undefined;
  /** Swallow: no byte gets through. Connections are made and closed as ever. */
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

/** A throttled pipe writes this many pieces a second. */
const trickleHz = 50;

interface Chunk {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** What a pipe tells the connection it is part of. */
export interface PipeOwner {
  /** The limit of `cutAfterBytes` is reached. */
  cut(): void;
  swallowed(bytes: number): void;
}

/** Carries one direction of one proxied connection from `source` to `target`. */
export class ProxyPipe {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #faults: DirectionFaults;
  readonly #owner: PipeOwner;
  readonly #stop = new AbortController();
  readonly #queue: Chunk[] = [];
  #queuedBytes = 0;
  #position = 0;
  #forwardedBytes = 0;
  #pumping = false;
  #ended = false;

  constructor(source: Socket, target: Socket, faults: DirectionFaults, owner: PipeOwner) {
    this.#source = source;
    this.#target = target;
    this.#faults = faults;
    this.#owner = owner;
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
    if (this.#stop.signal.aborted || this.#faults.silent) return this.#owner.swallowed(bytes.length);
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

  async #forward(bytes: Buffer): Promise<void> {
    const room = (this.#faults.cutAfterBytes ?? Infinity) - this.#forwardedBytes;
    const whole = bytes.subarray(0, Math.max(0, Math.min(bytes.length, room)));
    for (const piece of slices(whole, this.#pieceBytes(whole))) await this.#write(piece);
    if (bytes.length >= room) this.#owner.cut();
  }

  #pieceBytes(bytes: Buffer): number {
    const { splitEveryByte, bytesPerSecond } = this.#faults;
    if (splitEveryByte) return 1;
    return bytesPerSecond ? Math.ceil(bytesPerSecond / trickleHz) : bytes.length;
  }

  async #write(bytes: Buffer): Promise<void> {
    const { bytesPerSecond } = this.#faults;
    if (bytesPerSecond) await delay(systemClock, (bytes.length * 1_000) / bytesPerSecond, this.#stop.signal);
    else await nextTurn(); // so that two writes leave as two segments
    if (this.#stop.signal.aborted) return;
    await new Promise<void>((resolve, reject) =>
      this.#target.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
    this.#forwardedBytes += bytes.length;
  }
}

function* slices(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
