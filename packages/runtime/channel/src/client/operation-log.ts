import type { Clock } from '@fieldwarden/core';

/** SPEC §4.3: as many calls as a post-mortem shows. */
const capacity = 1000;

/** A call that was made of a Host. */
export interface Operation {
  readonly capability: string;
  /** Null for calls that concern the whole session. */
  readonly device: string | null;
  readonly correlationId: string;
  /** ms since 1970 UTC. */
  readonly startedAtMs: number;
  /** Null while it has not settled. */
  readonly durationMs: number | null;
  /** `ok`, the code of the error, or `pending`. */
  readonly result: string;
}

interface Slot {
  capability: string;
  device: string | undefined;
  correlationId: string;
  startMs: number;
  endMs: number;
  result: string;
}

/** The last 1,000 calls of one Host, in records that are used again, so that a call costs no allocation here. */
export class OperationLog {
  readonly #clock: Clock;
  readonly #slots: Slot[] = [];
  #begun = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the number to be given to `end`. */
  begin(capability: string, device: string | undefined, correlationId: string): number {
    const number = this.#begun++;
    const startMs = this.#clock.monotonicMs();
    if (number < capacity) {
      this.#slots.push({ capability, device, correlationId, startMs, endMs: -1, result: 'pending' });
      return number;
    }
    const slot = this.#slots[number % capacity];
    slot.capability = capability;
    slot.device = device;
    slot.correlationId = correlationId;
    slot.startMs = startMs;
    slot.endMs = -1;
    slot.result = 'pending';
    return number;
  }

  /** An operation that newer ones pushed out is not looked for. */
  end(number: number, result: string): void {
    if (number < this.#begun - capacity || number >= this.#begun) return;
    const slot = this.#slots[number % capacity];
    slot.endMs = this.#clock.monotonicMs();
    slot.result = result;
  }

  /** Another process: what was called before does not concern it. */
  clear(): void {
    this.#slots.length = 0;
    this.#begun = 0;
  }

  /** Oldest first. */
  list(): readonly Operation[] {
    const wallOffsetMs = this.#clock.wallMs() - this.#clock.monotonicMs();
    const first = this.#begun > capacity ? this.#begun % capacity : 0;
    const inOrder = [...this.#slots.slice(first), ...this.#slots.slice(0, first)];
    return inOrder.map(({ capability, device, correlationId, startMs, endMs, result }) => ({
      capability,
      device: device ?? null,
      correlationId,
      startedAtMs: startMs + wallOffsetMs,
      durationMs: endMs < 0 ? null : endMs - startMs,
      result,
    }));
  }
}
