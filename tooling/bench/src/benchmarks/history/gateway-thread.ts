import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import { Recorder } from '@fieldwarden/history';
import { TagStore } from '@fieldwarden/tags';
import { memoryTag } from '@fieldwarden/testkit';
import type { HistoryPart } from './history-part.js';

const tags = 50_000;

/** What following and handing on 50,000 changes costs the thread that polls. */
export const gatewayThread: HistoryPart = ({ quick }) => {
  const store = new TagStore(systemClock, silentLogger);
  const definitions = Array.from({ length: tags }, (_, i) => memoryTag(`t/${i}`, { type: { scalar: 'float32' } }));
  const handles = store.define(definitions);
  let kept = 0;
  const sink = {
    define: () => undefined,
    end: () => undefined,
    record: ({ count }: { readonly count: number }) => void (kept += count),
  };
  const rounds = quick ? 20 : 100;
  const without = cheapestMs(store, handles, rounds);
  using _recorder = new Recorder({ tags: store, columns: store, sink, clock: systemClock, isKept: () => true });
  const withIt = cheapestMs(store, handles, rounds);
  if (kept < rounds * tags) throw new Error('not every change was kept');
  return Promise.resolve([
    { metric: "the gateway's thread, for 50,000 values", value: withIt - without, unit: 'ms', target: { atMost: 1 } },
  ]);
};

function cheapestMs(store: TagStore, handles: Uint32Array, rounds: number): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const columns = new ValueColumns(tags);
    for (let i = 0; i < tags; i += 1) columns.setNumber(i, Math.random(), Date.now());
    const startMs = performance.now();
    store.apply(handles, columns);
    least = Math.min(least, performance.now() - startMs);
  }
  return least;
}
