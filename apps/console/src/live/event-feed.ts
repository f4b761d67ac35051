import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { createStore } from '../state/store.js';

/** The page keeps as many events as this; older ones are in the log of the gateway. */
export const maxKeptEvents = 2_000;

/** Newest last. */
export const eventFeed = createStore<readonly GatewayEvent[]>([]);

/** Both in order; an event that is in both is taken once. */
export function mergedEvents(
  kept: readonly GatewayEvent[],
  more: readonly GatewayEvent[],
  cap = maxKeptEvents,
): readonly GatewayEvent[] {
  const newest = kept.at(-1)?.seq ?? -1;
  const inOrder = more.every((event, index) => event.seq > (more[index - 1]?.seq ?? newest));
  const merged = inOrder ? [...kept, ...more] : sorted([...kept, ...more]);
  return merged.length > cap ? merged.slice(-cap) : merged;
}

function sorted(events: readonly GatewayEvent[]): readonly GatewayEvent[] {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
