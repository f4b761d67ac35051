import type { Transport } from './transport.js';

/** Made to bytes only when it goes out, so that what waits costs no buffer and says the time left at that moment. */
export interface OutgoingRequest {
  /** Hands the frame over, or undefined when the call was settled meanwhile. */
  readonly encode: () => Uint8Array | undefined;
}

export interface OutboxLimits {
  /** Requests that may wait for a credit or for room in the transport. */
  readonly maxWaitingRequests: number;
  /** Control messages that may wait for room; more means the Host no longer reads. */
  readonly maxWaitingControls: number;
}

export const defaultOutboxLimits: OutboxLimits = { maxWaitingRequests: 1024, maxWaitingControls: 65_536 };

/**
 * What waits to be sent to one Host: control messages first, then writes, then other requests. Requests need a call credit.
 * Nothing is taken out while the transport is full, so that what was not sent is known to be not sent.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #limits: OutboxLimits;
  readonly #controls: Uint8Array[] = [];
  readonly #writes = new Set<OutgoingRequest>();
  readonly #others = new Set<OutgoingRequest>();
  #writable = true;
  #callCredits = 0;

  constructor(transport: Transport, limits: OutboxLimits) {
    this.#transport = transport;
    this.#limits = limits;
  }

  get waitingRequests(): number {
    return this.#writes.size + this.#others.size;
  }

  get waitingControls(): number {
    return this.#controls.length;
  }

  /** False when too many wait already: the Host no longer reads. */
  sendControl(frame: Uint8Array): boolean {
    if (this.#writable) {
      this.#hand(frame);
      return true;
    }
    this.#controls.push(frame);
    return this.#controls.length <= this.#limits.maxWaitingControls;
  }

  /** False when too many wait already; the request was not taken. */
  sendRequest(request: OutgoingRequest, isWrite: boolean): boolean {
    if (this.waitingRequests >= this.#limits.maxWaitingRequests) return false;
    (isWrite ? this.#writes : this.#others).add(request);
    this.#flush();
    return true;
  }

  withdraw(request: OutgoingRequest): void {
    if (!this.#writes.delete(request)) this.#others.delete(request);
  }

  addCallCredits(amount: number): void {
    this.#callCredits += amount;
    this.#flush();
  }

  drained(): void {
    this.#writable = true;
    this.#flush();
  }

  #flush(): void {
    while (this.#writable && this.#controls.length > 0) this.#hand(this.#controls.shift()!);
    while (this.#writable && this.#callCredits > 0) {
      const request = this.#next();
      if (!request) return;
      const frame = request.encode();
      if (!frame) continue;
      this.#callCredits -= 1;
      this.#hand(frame);
    }
  }

  #next(): OutgoingRequest | undefined {
    const lane = this.#writes.size > 0 ? this.#writes : this.#others;
    for (const request of lane) {
      lane.delete(request);
      return request;
    }
    return undefined;
  }

  #hand(frame: Uint8Array): void {
    this.#writable = this.#transport.send(frame);
  }
}
