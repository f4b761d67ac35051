import type { Transport } from '../wire/transport.js';

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

/** Which requests go first. An `urgent` one does not even wait for a credit: it borrows the one that its answer will bring. */
export type OutboxLane = 'urgent' | 'write' | 'other';

export const defaultOutboxLimits: OutboxLimits = { maxWaitingRequests: 1024, maxWaitingControls: 65_536 };

/**
 * What waits to be sent to one Host: control messages first, then urgent requests, then writes, then others. All but the urgent
 * need a call credit.
 * Nothing is taken out while the transport is full, so that what was not sent is known to be not sent.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #limits: OutboxLimits;
  readonly #controls: Uint8Array[] = [];
  readonly #lanes: Readonly<Record<OutboxLane, Set<OutgoingRequest>>> = {
    urgent: new Set(),
    write: new Set(),
    other: new Set(),
  };
  #writable = true;
  #callCredits = 0;

  constructor(transport: Transport, limits: OutboxLimits) {
    this.#transport = transport;
    this.#limits = limits;
  }

  get waitingRequests(): number {
    const { urgent, write, other } = this.#lanes;
    return urgent.size + write.size + other.size;
  }

  get waitingControls(): number {
    return this.#controls.length;
  }

  /** False while the transport is full. */
  get writable(): boolean {
    return this.#writable;
  }

  /** Hands over what its maker keeps back while the transport is full. */
  sendFrame(frame: Uint8Array): void {
    this.#hand(frame);
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
  sendRequest(request: OutgoingRequest, lane: OutboxLane): boolean {
    if (this.waitingRequests >= this.#limits.maxWaitingRequests) return false;
    this.#lanes[lane].add(request);
    this.#flush();
    return true;
  }

  withdraw(request: OutgoingRequest): void {
    for (const lane of Object.values(this.#lanes)) lane.delete(request);
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
    while (this.#writable) {
      const request = this.#next();
      if (!request) return;
      const frame = request.encode();
      if (!frame) continue;
      this.#callCredits -= 1;
      this.#hand(frame);
    }
  }

  #next(): OutgoingRequest | undefined {
    const { urgent, write, other } = this.#lanes;
    if (urgent.size > 0) return takeFirst(urgent);
    if (this.#callCredits <= 0) return undefined;
    return takeFirst(write.size > 0 ? write : other);
  }

  #hand(frame: Uint8Array): void {
    this.#writable = this.#transport.send(frame);
  }
}

function takeFirst(lane: Set<OutgoingRequest>): OutgoingRequest | undefined {
  for (const request of lane) {
    lane.delete(request);
    return request;
  }
  return undefined;
}
