import type { Clock } from '@fieldwarden/core';
import type { Point, ReadPlan } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { ScanClass, type ScanResult, type ScanStatistics } from './scan-class.js';
import type { TagHandle } from '../store/tag-registry.js';
import type { TagStore } from '../store/tag-store.js';

/** A tag to be polled: its handle, and how the driver knows it. */
export interface PolledTag {
  readonly handle: TagHandle;
  readonly point: Point;
  readonly scanMs: number;
}

export interface DevicePollerDependencies {
  readonly invoker: DeviceInvoker;
  readonly store: TagStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onScan: (result: ScanResult) => void;
}

/** Polls the tags of one device: one scan class per interval, starts staggered over the interval (SPEC §8.2). */
export class DevicePoller {
  readonly #deps: DevicePollerDependencies;
  readonly #classes = new Map<number, ScanClass>();

  /** There must be a running session that can be polled. */
  constructor(tags: readonly PolledTag[], deps: DevicePollerDependencies) {
    this.#deps = deps;
    for (const [scanMs, members] of byInterval(tags)) this.#classes.set(scanMs, this.#scanClass(scanMs, members));
  }

  get classes(): readonly ScanClass[] {
    return [...this.#classes.values()];
  }

  get statistics(): readonly ScanStatistics[] {
    return this.classes.map((scan) => scan.statistics);
  }

  /** `previous`: a stopped poller of the same tags on another session, whose rhythm is kept. */
  start(previous?: DevicePoller): void {
    for (const scan of this.#classes.values()) {
      const before = previous?.classes.find(({ scanMs }) => scanMs === scan.scanMs);
      if (before) scan.startAfter(before);
      else this.#start(scan);
    }
  }

  /**
   * Polls these tags from now on (SPEC §7.5): an interval with the same tags as before keeps its plan and misses nothing, one
   * with others gets a new plan on its old grid. `outdated`: tags that are gone, or whose point is another one.
   */
  reshape(tags: readonly PolledTag[], outdated: ReadonlySet<TagHandle>): void {
    const wanted = byInterval(tags);
    for (const [scanMs, scan] of this.#classes) {
      if (wanted.has(scanMs)) continue;
      scan.stop();
      this.#classes.delete(scanMs);
    }
    for (const [scanMs, members] of wanted) {
      const scan = this.#classes.get(scanMs);
      if (!scan) this.#begin(scanMs, members);
      else if (!isMadeOf(scan, members, outdated)) {
        scan.reshape(handlesOf(members), this.#plan(members), outdated);
      }
    }
  }

  /** The values of these tags count no more, although they are read as before: another one is wanted soon. */
  refresh(handles: ReadonlySet<TagHandle>): void {
    for (const scan of this.#classes.values()) if (scan.handles.some((handle) => handles.has(handle))) scan.scanSoon();
  }

  stop(): void {
    for (const scan of this.#classes.values()) scan.stop();
  }

  scanNow(): void {
    for (const scan of this.#classes.values()) scan.scanNow();
  }

  #begin(scanMs: number, members: readonly PolledTag[]): void {
    const scan = this.#scanClass(scanMs, members);
    this.#classes.set(scanMs, scan);
    this.#start(scan);
  }

  #start(scan: ScanClass): void {
    scan.start(this.#deps.random() * Math.min(scan.scanMs, 1_000));
  }

  #scanClass(scanMs: number, members: readonly PolledTag[]): ScanClass {
    return new ScanClass(scanMs, handlesOf(members), this.#plan(members), this.#deps);
  }

  #plan(members: readonly PolledTag[]): ReadPlan {
    return this.#deps.invoker.prepareRead(members.map(({ point }) => point));
  }
}

function byInterval(tags: readonly PolledTag[]): ReadonlyMap<number, readonly PolledTag[]> {
  return Map.groupBy(tags, ({ scanMs }) => scanMs);
}

function handlesOf(members: readonly PolledTag[]): Uint32Array {
  return Uint32Array.from(members, ({ handle }) => handle);
}

function isMadeOf({ handles }: ScanClass, members: readonly PolledTag[], outdated: ReadonlySet<TagHandle>): boolean {
  return (
    handles.length === members.length &&
    members.every(({ handle }, i) => handles[i] === handle && !outdated.has(handle))
  );
}
