import {
  statusCodes,
  toGatewayError,
  ValueColumns,
  type Clock,
  type GatewayError,
  type StatusCode,
  type Timer,
} from '@fieldwarden/core';
import type { ReadPlan } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { noTag, type TagHandle } from '../store/tag-registry.js';
import type { TagStore } from '../store/tag-store.js';

export interface ScanDependencies {
  readonly invoker: DeviceInvoker;
  readonly store: TagStore;
  readonly clock: Clock;
  /** Told of every finished scan, for metrics. */
  readonly onScan: (result: ScanResult) => void;
}

export interface ScanResult {
  readonly tags: number;
  readonly durationMs: number;
  readonly ok: boolean;
}

export interface ScanStatistics {
  readonly requestedMs: number;
  /** Mean time between recent scans of the grid that brought something; undefined before the second, and after one in vain. */
  readonly achievedMs: number | undefined;
  /** Scans that could not start in their slot because the one before was still running. */
  readonly overruns: number;
  readonly tags: number;
}

/** Weight of the newest interval in the achieved mean. */
const newestWeight = 0.2;

/** A scan that failed is made again after this, unless its next slot comes sooner. */
const failedRetryMs = 10_000;

/** A tag that has no value yet waits at most so long for its first scan. */
const firstValueMs = 1_000;

/**
 * All tags of one device with one scan interval: one plan, read once per slot. Slots lie on a fixed monotonic grid, so a slow
 * scan shifts nothing; a scan never overlaps itself.
 */
export class ScanClass {
  readonly scanMs: number;
  readonly #deps: ScanDependencies;
  #handles: Uint32Array;
  #plan: ReadPlan;
  /** Of the newest read, which may still be under way; its row i belongs to handle i. */
  #asked: { readonly plan: ReadPlan; readonly columns: ValueColumns; handles: Uint32Array } | undefined;
  #columns: ValueColumns;
  /** Plans that nobody uses any more once no read is under way. */
  readonly #outdated: ReadPlan[] = [];
  #timer: Timer | undefined;
  #retry: Timer | undefined;
  #firstDueMs = 0;
  #slot = 0;
  #running = false;
  /** Somebody wants a scan out of turn as soon as this one is over. */
  #again = false;
  #stopped = true;
  /** Stopped for good: its plan is nobody's any more. */
  #ended = false;
  #lastStartMs: number | undefined;
  #achievedMs: number | undefined;
  #overruns = 0;

  constructor(scanMs: number, handles: Uint32Array, plan: ReadPlan, deps: ScanDependencies) {
    this.scanMs = scanMs;
    this.#handles = handles;
    this.#plan = plan;
    this.#deps = deps;
    this.#columns = new ValueColumns(handles.length);
  }

  get handles(): Uint32Array {
    return this.#handles;
  }

  get plan(): ReadPlan {
    return this.#plan;
  }

  get statistics(): ScanStatistics {
    return {
      requestedMs: this.scanMs,
      achievedMs: this.#achievedMs,
      overruns: this.#overruns,
      tags: this.#handles.length,
    };
  }

  /** The first scan comes after `offsetMs`, so that devices do not all start in the same instant. */
  start(offsetMs: number): void {
    this.#stopped = false;
    this.#firstDueMs = this.#deps.clock.monotonicMs() + offsetMs;
    this.#slot = 0;
    this.#deps.store.expect(this.#handles, this.scanMs);
    this.#arm();
  }

  /**
   * Goes on where a stopped one with the same interval left off, on its grid. A scan that came due meanwhile, or that was cut
   * off, is made up for at once: a session that moves costs no more than the move.
   */
  startAfter(previous: ScanClass): void {
    this.#stopped = false;
    this.#firstDueMs = previous.#firstDueMs;
    const slotNow = Math.floor((this.#deps.clock.monotonicMs() - this.#firstDueMs) / this.scanMs);
    this.#slot = Math.max(slotNow, previous.#slot - (previous.#running ? 1 : 0));
    this.#overruns = previous.#overruns;
    this.#lastStartMs = previous.#lastStartMs;
    this.#achievedMs = previous.#achievedMs;
    this.#deps.store.expect(this.#handles, this.scanMs);
    this.#arm();
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.[Symbol.dispose]();
    this.#retry?.[Symbol.dispose]();
    this.#deps.store.expect(this.#handles, null);
    if (!this.#ended) this.#release(this.#plan);
    this.#ended = true;
  }

  /**
   * Other tags from now on, on the same grid. A read under way still counts for the tags that it holds for; not for those in
   * `outdated`, which are gone or live at another address.
   */
  reshape(handles: Uint32Array, plan: ReadPlan, outdated: ReadonlySet<TagHandle>): void {
    const before = new Set(this.#handles);
    const newcomers = handles.filter((handle) => !before.has(handle) || outdated.has(handle));
    this.forget(outdated);
    this.#handles = handles;
    this.#release(this.#plan);
    this.#plan = plan;
    this.#columns = new ValueColumns(handles.length);
    this.#deps.store.expect(newcomers, this.scanMs);
    if (newcomers.length > 0) this.scanSoon();
  }

  /** What a read under way brings for these tags is not theirs any more. */
  forget(outdated: ReadonlySet<TagHandle>): void {
    if (!this.#running || !this.#asked) return;
    this.#asked.handles = this.#asked.handles.map((handle) => (outdated.has(handle) ? noTag : handle));
  }

  /** Tags wait for their first value: not longer than a second, however slow the grid is. */
  scanSoon(): void {
    if (this.#stopped || this.#dueMs() - this.#deps.clock.monotonicMs() <= firstValueMs) return;
    if (this.#busy()) this.#again = true;
    else this.#scan();
  }

  /** A scan out of turn, e.g. when the device has come back; the grid stays. */
  scanNow(): void {
    if (!this.#stopped && !this.#busy()) this.#scan();
  }

  #arm(): void {
    const { clock } = this.#deps;
    this.#timer = clock.setTimer(() => this.#due(), Math.max(0, this.#dueMs() - clock.monotonicMs()));
  }

  /** Of the next slot. */
  #dueMs(): number {
    return this.#firstDueMs + this.#slot * this.scanMs;
  }

  #due(): void {
    const { clock } = this.#deps;
    const slotNow = Math.floor((clock.monotonicMs() - this.#firstDueMs) / this.scanMs);
    this.#overruns += Math.max(0, slotNow - this.#slot);
    this.#slot = Math.max(this.#slot, slotNow) + 1;
    this.#arm();
    if (this.#busy()) {
      this.#overrun();
      return;
    }
    this.#measureInterval(clock.monotonicMs());
    this.#scan();
  }

  #busy(): boolean {
    return this.#running || (this.#asked !== undefined && this.#deps.invoker.isReading(this.#asked.plan));
  }

  /** The driver still works on an exchange that everyone has given up: no value of this cycle can be good. */
  #overrun(): void {
    this.#overruns += 1;
    if (!this.#running) this.#fail(statusCodes.BadTimeout);
  }

  #scan(): void {
    const { invoker, clock } = this.#deps;
    if (invoker.demoted && !invoker.trialWanted) {
      this.#fail(statusCodes.BadNoCommunication);
      return;
    }
    const startMs = clock.monotonicMs();
    this.#running = true;
    this.#again = false;
    this.#asked = { plan: this.#plan, columns: this.#columns, handles: this.#handles };
    // `async`: a call that throws is a read that failed, too.
    const read = async (): Promise<void> => await invoker.read(this.#plan, this.#columns);
    read().then(
      () => this.#finished(startMs, undefined),
      (error: unknown) => this.#finished(startMs, statusOf(toGatewayError(error))),
    );
  }

  #finished(startMs: number, failedWith: StatusCode | undefined): void {
    this.#running = false;
    this.#releaseOutdated();
    const { store, clock, onScan } = this.#deps;
    const { handles, columns } = this.#asked!;
    if (failedWith !== undefined && columns === this.#columns) this.#columns = new ValueColumns(columns.length); // the driver may still write into the old ones
    if (this.#stopped) return;
    if (failedWith === undefined) {
      store.apply(handles, columns);
    } else {
      this.#lapse();
      store.fail(handles, failedWith, clock.wallMs());
      if (this.scanMs > failedRetryMs) this.#retrySoon();
    }
    onScan({ tags: handles.length, durationMs: clock.monotonicMs() - startMs, ok: failedWith === undefined });
    if (this.#again) this.scanNow();
  }

  /** After the read under way, which may be tried again with it. */
  #release(plan: ReadPlan): void {
    this.#outdated.push(plan);
    if (!this.#running) this.#releaseOutdated();
  }

  #releaseOutdated(): void {
    for (const plan of this.#outdated.splice(0)) this.#deps.invoker.releaseRead(plan);
  }

  /** Nobody wants an hourly value to stay Bad for an hour because of one lost reply. */
  #retrySoon(): void {
    this.#retry?.[Symbol.dispose]();
    this.#retry = this.#deps.clock.setTimer(() => this.scanNow(), failedRetryMs);
  }

  #fail(status: StatusCode): void {
    this.#lapse();
    this.#deps.store.fail(this.#handles, status, this.#deps.clock.wallMs());
  }

  /** What is not read has no interval. */
  #lapse(): void {
    this.#achievedMs = undefined;
    this.#lastStartMs = undefined;
  }

  #measureInterval(startMs: number): void {
    if (this.#lastStartMs !== undefined) {
      const intervalMs = startMs - this.#lastStartMs;
      const mean = this.#achievedMs ?? intervalMs;
      this.#achievedMs = mean + newestWeight * (intervalMs - mean);
    }
    this.#lastStartMs = startMs;
  }
}

/** A scan that was cut off by the end of its session was not cancelled by any client. */
function statusOf({ kind, status }: GatewayError): StatusCode {
  return kind === 'cancelled' ? statusCodes.BadNoCommunication : status;
}
