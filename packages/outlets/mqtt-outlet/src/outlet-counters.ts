import type { OutboxState } from '@fieldwarden/outbox';
import type { ServiceMetric } from '@fieldwarden/service';

export interface OutletFacts {
  readonly outlet: string;
  readonly isConnected: boolean;
  readonly connects: number;
  readonly outbox: OutboxState;
}

/** What has been published since the start. */
export class OutletCounters {
  /** Messages that the broker has acknowledged, values and answers; states are not among them. */
  published = 0;
  /** Over the last whole period of `tick`. */
  publishedPerSecond = 0;
  #publishedAtTick = 0;
  #tickAtMs: number | undefined;

  /** Ends a period. `nowMs` is monotonic. */
  tick(nowMs: number): void {
    const elapsedMs = nowMs - (this.#tickAtMs ?? nowMs);
    if (elapsedMs > 0) this.publishedPerSecond = ((this.published - this.#publishedAtTick) * 1000) / elapsedMs;
    this.#publishedAtTick = this.published;
    this.#tickAtMs = nowMs;
  }

  metrics({ outlet, isConnected, connects, outbox }: OutletFacts): readonly ServiceMetric[] {
    const metric = (
      type: ServiceMetric['type'],
      name: string,
      help: string,
      value: number,
      more: object = {},
    ): ServiceMetric => ({
      name,
      help,
      type,
      labels: { outlet, ...more },
      value,
    });
    return [
      metric('counter', 'mqtt_publish_total', 'Messages that the broker acknowledged.', this.published),
      metric('gauge', 'mqtt_pending_messages', 'Messages in the outbox.', outbox.pending),
      metric('gauge', 'mqtt_pending_bytes', 'Topics and payloads in the outbox.', outbox.bytes),
      metric('gauge', 'mqtt_connected', 'Whether there is a connection to the broker.', isConnected ? 1 : 0),
      metric('counter', 'mqtt_reconnects_total', 'Connections after the first.', Math.max(0, connects - 1)),
      ...Object.entries(outbox.dropped).map(([reason, count]) =>
        metric('counter', 'mqtt_dropped_total', 'Messages that were given up, by reason.', count, { reason }),
      ),
    ];
  }
}

export function droppedInAll({ dropped }: Pick<OutboxState, 'dropped'>): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0);
}
