import type { Clock, Timer } from '@fieldwarden/core';
import { isIPv6, type Socket } from 'node:net';

export interface DoorLimits {
  /** Connections that stay open at a time. */
  readonly connections: number;
  /** Of them, those of one address: loopback too, since everybody behind a local proxy comes from there. */
  readonly perAddress: number;
}

/** What a connection does; asked when one has to go. */
export type Occupation =
  /** Says nothing, or has not said all yet. */
  | 'idle'
  /** Is being answered. */
  | 'served';

interface Guest {
  readonly socket: Socket;
  readonly address: string;
  readonly sinceMs: number;
  readonly occupation: () => Occupation;
}

/** So long a new connection may stand in the way: what it sent with its first packet has been read by then. */
const graceMs = 150;

/** However many come at once: beyond so many times the limit the newest is refused, so that descriptors last. */
const crowdFactor = 16;

/**
 * Who may stay connected to a port. A newcomer is let in; when there are too many, of one address or of all, the one that has been idle for
 * longest goes. So nobody keeps anybody out by holding connections, and whoever asks at once is answered, in a crowd of thousands too.
 */
export class Door implements Disposable {
  readonly #limits: DoorLimits;
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #guests = new Set<Guest>();
  readonly #byAddress = new Map<string, number>();
  #sweep: Timer | undefined;
  #evicted = 0;

  constructor(limits: DoorLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Now, and how many had to go since the start. */
  get statistics(): { readonly connections: number; readonly evicted: number } {
    return { connections: this.#guests.size, evicted: this.#evicted };
  }

  /** For each new connection, in the tick in which it comes. */
  admit(socket: Socket, occupation: () => Occupation): void {
    const address = networkOf(socket.remoteAddress ?? '');
    const guest = { socket, address, sinceMs: this.#clock.monotonicMs(), occupation };
    this.#guests.add(guest);
    this.#byAddress.set(address, this.#countOf(address) + 1);
    socket.once('close', () => this.#left(guest));
    if (this.#guests.size > this.#limits.connections * crowdFactor) this.#evict(guest);
    else if (this.#isCrowded()) this.#sweepSoon();
  }

  [Symbol.dispose](): void {
    this.#sweep?.[Symbol.dispose]();
  }

  #isCrowded(): boolean {
    if (this.#guests.size > this.#limits.connections) return true;
    for (const count of this.#byAddress.values()) if (count > this.#limits.perAddress) return true;
    return false;
  }

  #sweepSoon(): void {
    this.#sweep ??= this.#clock.setTimer(() => {
      this.#sweep = undefined;
      this.#makeRoom();
      if (this.#isCrowded()) this.#sweepSoon();
    }, graceMs);
    this.#sweep.unref();
  }

  /** Oldest first, and of those that are served nobody. Of addresses with too many before all others. */
  #makeRoom(): void {
    const nowMs = this.#clock.monotonicMs();
    const idle = [...this.#guests].filter(
      ({ sinceMs, occupation }) => nowMs - sinceMs >= graceMs && occupation() === 'idle',
    );
    for (const guest of idle) if (this.#countOf(guest.address) > this.#limits.perAddress) this.#evict(guest);
    for (const guest of idle) {
      if (this.#guests.size <= this.#limits.connections) return;
      if (this.#guests.has(guest)) this.#evict(guest);
    }
  }

  #evict(guest: Guest): void {
    this.#evicted += 1;
    this.#left(guest);
    guest.socket.destroy();
  }

  #left(guest: Guest): void {
    if (!this.#guests.delete(guest)) return;
    const left = this.#countOf(guest.address) - 1;
    if (left > 0) this.#byAddress.set(guest.address, left);
    else this.#byAddress.delete(guest.address);
  }

  #countOf(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }
}

/** Of an IPv6 address the network: a host has as many addresses there as it likes. */
export function networkOf(address: string): string {
  if (address.startsWith('::ffff:')) return address.slice('::ffff:'.length);
  return isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address;
}
