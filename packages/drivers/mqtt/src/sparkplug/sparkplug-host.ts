import { statusCodes, type Clock, type StatusCode, type Timer } from '@fieldwarden/core';
import { HostNode, type HostEvent, type HostMetric } from '@fieldwarden/sparkplug';
import type { SparkplugNode } from '../address/address.js';
import type { Feed } from '../feed/feed.js';
import type { Listener } from '../feed/listener.js';
import type { Reading } from '../payload/decoder.js';
import { typedValue } from '../payload/typed-value.js';
import { Unfit } from '../payload/unfit.js';

export interface SparkplugHostDependencies {
  readonly clock: Clock;
  /** QoS 0, not retained: a request for a rebirth. */
  readonly send: (topic: string, payload: Uint8Array) => void;
}

/** A point that has its values of a metric. */
export interface MetricListener {
  readonly device: string | undefined;
  readonly metric: string;
  readonly listener: Listener;
}

/** One Sparkplug edge node, and the points that listen to its metrics and those of its devices. */
export class SparkplugHost {
  readonly #deps: SparkplugHostDependencies;
  readonly #node: HostNode;
  readonly #listeners = new Map<string, Set<MetricListener>>();
  /** By device and name, as told last. */
  readonly #latest = new Map<string, HostMetric>();
  readonly #waiting = new Set<(metric: HostMetric, device: string | undefined) => void>();
  #timer: Timer | undefined;

  constructor({ group, node }: SparkplugNode, deps: SparkplugHostDependencies) {
    this.#deps = deps;
    this.#node = new HostNode({ group, node, clock: deps.clock });
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  /** It is told what is known by now. */
  add(listener: MetricListener): void {
    const key = keyOf(listener.device, listener.metric);
    const others = this.#listeners.get(key);
    if (others) others.add(listener);
    else this.#listeners.set(key, new Set([listener]));
    const latest = this.#latest.get(key);
    if (latest) this.#tell(listener.listener, latest);
  }

  delete(listener: MetricListener): void {
    const key = keyOf(listener.device, listener.metric);
    const others = this.#listeners.get(key);
    others?.delete(listener);
    if (others?.size === 0) this.#listeners.delete(key);
  }

  /** As told last; undefined while node or device are offline, and for a metric that no birth named. */
  latest(device: string | undefined, metric: string): HostMetric | undefined {
    return this.#latest.get(keyOf(device, metric));
  }

  /** Calls `told` for each metric that comes, until disposed. */
  watch(told: (metric: HostMetric, device: string | undefined) => void): Disposable {
    this.#waiting.add(told);
    return { [Symbol.dispose]: () => void this.#waiting.delete(told) };
  }

  /** The subscription stands. */
  connected(): void {
    this.#carryOut(this.#node.connected());
  }

  /** The feeds have been told already. */
  disconnected(): void {
    this.#timer?.[Symbol.dispose]();
    this.#node.disconnected();
    this.#latest.clear();
  }

  message(topic: string, payload: Uint8Array, isRetained: boolean): void {
    this.#carryOut(this.#node.message(topic, payload, isRetained));
  }

  #carryOut(events: readonly HostEvent[]): void {
    const feeds = new Set<Feed>();
    for (const event of events) {
      switch (event.type) {
        case 'birth':
          this.#forget(event.device, event.device === undefined);
          for (const metric of event.metrics) this.#told(event.device, metric, feeds);
          this.#failMissing(event.device, feeds);
          break;
        case 'data':
          for (const metric of event.metrics) this.#told(event.device, metric, feeds);
          break;
        case 'death':
          this.#forget(event.device, event.device === undefined);
          this.#failAll(event.device, feeds);
          break;
        case 'ask-for-rebirth':
          this.#deps.send(event.topic, event.payload);
          break;
      }
    }
    for (const feed of feeds) feed.flush();
    this.#schedule();
  }

  /** What happened earlier is not the present value. */
  #told(device: string | undefined, metric: HostMetric, feeds: Set<Feed>): void {
    if (metric.isHistorical) return;
    const key = keyOf(device, metric.name);
    this.#latest.set(key, metric);
    for (const { listener } of this.#listeners.get(key) ?? []) {
      this.#tell(listener, metric);
      feeds.add(listener.feed);
    }
    for (const told of this.#waiting) told(metric, device);
  }

  #tell(listener: Listener, metric: HostMetric): void {
    const { clock } = this.#deps;
    const reading = readingOf(metric, listener, clock.wallMs());
    listener.told(reading, clock.monotonicMs());
  }

  #failMissing(device: string | undefined, feeds: Set<Feed>): void {
    this.#fail(statusCodes.BadNodeIdUnknown, feeds, (one, key) => one.device === device && !this.#latest.has(key));
  }

  #failAll(device: string | undefined, feeds: Set<Feed>): void {
    this.#fail(statusCodes.BadNoCommunication, feeds, (one) => device === undefined || one.device === device);
  }

  #fail(status: StatusCode, feeds: Set<Feed>, concerns: (one: MetricListener, key: string) => boolean): void {
    const atMs = this.#deps.clock.wallMs();
    for (const [key, listeners] of this.#listeners) {
      for (const one of listeners) {
        if (!concerns(one, key)) continue;
        one.listener.feed.fail(one.listener.row, status, atMs);
        feeds.add(one.listener.feed);
      }
    }
  }

  #forget(device: string | undefined, withDevices: boolean): void {
    if (withDevices) return this.#latest.clear();
    const prefix = keyOf(device, '');
    for (const key of this.#latest.keys()) if (key.startsWith(prefix)) this.#latest.delete(key);
  }

  #schedule(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const { dueAtMs } = this.#node;
    if (dueAtMs === undefined) return;
    const { clock } = this.#deps;
    const waitMs = Math.max(0, dueAtMs - clock.monotonicMs());
    this.#timer = clock.setTimer(() => this.#carryOut(this.#node.tick()), waitMs);
  }
}

/** No id of Sparkplug holds NUL. */
function keyOf(device: string | undefined, metric: string): string {
  return `${device ?? ''}\0${metric}`;
}

function readingOf(metric: HostMetric, { feed, row }: Listener, arrivedAtMs: number): Reading {
  const sourceAtMs = metric.sourceAtMs ?? arrivedAtMs;
  const hasOwnTime = metric.sourceAtMs !== undefined;
  const bad = (status: StatusCode): Reading => ({ value: undefined, status, sourceAtMs, hasOwnTime });
  if (metric.problem !== undefined) return bad(statusCodes.BadDecodingError);
  if (metric.quality === 'bad') return bad(statusCodes.Bad);
  const value = typedValue(metric.value, feed.points[row].type, { decimalComma: false, timeFormat: undefined });
  if (value instanceof Unfit) return bad(value.status);
  const status = metric.quality === 'stale' ? statusCodes.UncertainLastUsableValue : statusCodes.Good;
  return { value, status, sourceAtMs, hasOwnTime };
}
