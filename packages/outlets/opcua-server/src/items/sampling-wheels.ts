import type { Clock } from '@fieldwarden/core';
import type { DataValue } from 'node-opcua';

/** Below, a change is told as it comes: the event loop is no finer. */
const shortestMs = 10;
const longestMs = 3_600_000;

/** A wheel has so many steps in its interval; a value that waits is told with the next one. */
const steps = 10;

/** The part of its interval after which a value is in time: a tag that is scanned as often as it is sampled is never held. */
const early = 0.9;

/** Told at a time, so that an interval of many items holds up nobody. */
const sliceMs = 10;

/** Whose values are told at most once in an interval. */
export interface SampledItem {
  tell(value: DataValue): void;
}

/** What a client that asks for an interval gets: two digits of it, so that there are few wheels. ms; 0: each change as it comes. */
export function revisedInterval(askedMs: number, publishingMs: number): number {
  const wantedMs = askedMs < 0 ? publishingMs : askedMs;
  if (!(wantedMs >= shortestMs)) return 0;
  if (wantedMs >= longestMs) return longestMs;
  const unit = 10 ** (Math.floor(Math.log10(wantedMs)) - 1);
  return Math.ceil(wantedMs / unit - 1e-9) * unit;
}

/** One item's place: when it was told, and the value that waits. */
export class Sampling {
  readonly #item: SampledItem;
  readonly #wheels: SamplingWheels;
  readonly intervalMs: number;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #waiting: DataValue | undefined;

  constructor(item: SampledItem, wheels: SamplingWheels, intervalMs: number) {
    this.#item = item;
    this.#wheels = wheels;
    this.intervalMs = intervalMs;
  }

  /** `isFirst`: told in any case. True: it is to be told now. False: this value, or a newer one, is told when the interval is over. */
  admits(value: DataValue, isFirst = false): boolean {
    if (this.intervalMs === 0) return true;
    if (isFirst) {
      this.#waiting = undefined;
      this.#toldAtMs = this.#wheels.nowMs();
      return true;
    }
    if (this.#waiting) {
      this.#waiting = value;
      return false;
    }
    const nowMs = this.#wheels.nowMs();
    if (nowMs - this.#toldAtMs >= this.intervalMs * early) {
      this.#toldAtMs = nowMs;
      return true;
    }
    this.#waiting = value;
    this.#wheels.wait(this, this.#toldAtMs + this.intervalMs);
    return false;
  }

  /** Called by its wheel. */
  turn(nowMs: number): void {
    const value = this.#waiting;
    if (!value) return;
    this.#waiting = undefined;
    // The step, not the moment: what changes all the time is told once in an interval, and not a step later each time.
    this.#toldAtMs = nowMs - (nowMs % (this.intervalMs / steps));
    this.#item.tell(value);
  }

  /** The item ends, or is sampled otherwise: what waits is dropped. */
  leave(): void {
    this.#waiting = undefined;
  }
}

interface Wheel {
  readonly stepMs: number;
  /** By the number of the step in which they are told. */
  readonly waiting: Map<number, Sampling[]>;
  timer: Disposable | undefined;
}

/**
 * Sampling intervals of clients (OPC 10000-4, 5.13.1.2), kept where a tag changes faster: the first change is told at once, the last one when the
 * interval is over. One timer for an interval, however many items have it, and none while nobody waits.
 */
export class SamplingWheels implements Disposable {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #wheels = new Map<number, Wheel>();
  #due: Sampling[] = [];
  #isTelling = false;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  wait(sampling: Sampling, dueAtMs: number): void {
    const { intervalMs } = sampling;
    const wheel = this.#wheelOf(intervalMs);
    const step = Math.ceil(dueAtMs / wheel.stepMs);
    const others = wheel.waiting.get(step);
    if (others) others.push(sampling);
    else wheel.waiting.set(step, [sampling]);
    wheel.timer ??= this.#clock.setTimer(() => this.#turn(intervalMs, wheel), this.#untilNextStep(wheel));
  }

  #wheelOf(intervalMs: number): Wheel {
    const known = this.#wheels.get(intervalMs);
    if (known) return known;
    const made: Wheel = { stepMs: intervalMs / steps, waiting: new Map(), timer: undefined };
    this.#wheels.set(intervalMs, made);
    return made;
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#wheels.values()) timer?.[Symbol.dispose]();
    this.#wheels.clear();
    this.#due = [];
  }

  #untilNextStep({ stepMs }: Wheel): number {
    const nowMs = this.nowMs();
    return (Math.floor(nowMs / stepMs) + 1) * stepMs - nowMs;
  }

  #turn(intervalMs: number, wheel: Wheel): void {
    const nowMs = this.nowMs();
    for (const [step, those] of wheel.waiting) {
      if (step * wheel.stepMs > nowMs) continue;
      wheel.waiting.delete(step);
      for (const sampling of those) this.#due.push(sampling);
    }
    if (wheel.waiting.size === 0) {
      wheel.timer = undefined;
      this.#wheels.delete(intervalMs);
    } else wheel.timer = this.#clock.setTimer(() => this.#turn(intervalMs, wheel), this.#untilNextStep(wheel));
    if (!this.#isTelling) this.#tell();
  }

  #tell(): void {
    const startedAtMs = performance.now();
    let told = 0;
    while (told < this.#due.length && performance.now() - startedAtMs < sliceMs) {
      try {
        this.#due[told].turn(this.nowMs());
      } catch (error) {
        this.#onError(error);
      }
      told += 1;
    }
    this.#due = this.#due.slice(told);
    this.#isTelling = this.#due.length > 0;
    if (this.#isTelling) setImmediate(() => this.#tell());
  }
}
