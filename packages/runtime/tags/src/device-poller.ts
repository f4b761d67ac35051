import type { Clock } from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { ScanClass, type ScanResult, type ScanStatistics } from './scan-class.js';
import type { TagHandle } from './tag-registry.js';
import type { TagStore } from './tag-store.js';

/** A tag to be polled: its handle, and how the driver knows it. */
export interface PolledTag {
  readonly handle: TagHandle;
  readonly point: Point;
  readonly scanMs: number;
}

export interface DevicePollerDependencies {
  readonly session: DriverSession;
  readonly invoker: DeviceInvoker;
  readonly store: TagStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onScan: (result: ScanResult) => void;
}

/** Polls the tags of one device: one scan class per interval, starts staggered over the interval (SPEC §8.2). */
export class DevicePoller {
  readonly classes: readonly ScanClass[];
  readonly #random: () => number;

  /** The session must have `prepareRead` and `read`. */
  constructor(tags: readonly PolledTag[], deps: DevicePollerDependencies) {
    this.#random = deps.random;
    const byInterval = Map.groupBy(tags, ({ scanMs }) => scanMs);
    this.classes = [...byInterval].map(([scanMs, members]) => scanClass(scanMs, members, deps));
  }

  get statistics(): readonly ScanStatistics[] {
    return this.classes.map((scan) => scan.statistics);
  }

  /** `previous`: a stopped poller of the same tags on another session, whose rhythm is kept. */
  start(previous?: DevicePoller): void {
    for (const scan of this.classes) {
      const before = previous?.classes.find(({ scanMs }) => scanMs === scan.scanMs);
      if (before) scan.startAfter(before);
      else scan.start(this.#random() * Math.min(scan.scanMs, 1_000));
    }
  }

  stop(): void {
    for (const scan of this.classes) scan.stop();
  }

  scanNow(): void {
    for (const scan of this.classes) scan.scanNow();
  }
}

function scanClass(scanMs: number, members: readonly PolledTag[], deps: DevicePollerDependencies): ScanClass {
  const points = members.map(({ point }) => point);
  const plan = deps.session.prepareRead?.(deps.invoker.deviceId, points);
  if (!plan) throw new TypeError(`the session of device ${deps.invoker.deviceId} cannot prepare reads`);
  return new ScanClass(
    scanMs,
    Uint32Array.from(members, ({ handle }) => handle),
    plan,
    deps,
  );
}
