import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergedEvents } from './event-feed.js';

const event = (seq: number): GatewayEvent => ({
  seq,
  at: '2030-01-01T00:00:00.000Z',
  type: 'driver',
  driverId: 'packaging',
  message: String(seq),
});
const seqs = (events: readonly GatewayEvent[]): number[] => events.map(({ seq }) => seq);

describe('the feed of events', () => {
  it('has every event once and in order, whichever way it came', () => {
    const lists = fc.array(fc.array(fc.nat(50), { maxLength: 20 }), { maxLength: 5 });
    fc.assert(
      fc.property(lists, (batches) => {
        const feed = batches.reduce<readonly GatewayEvent[]>((kept, batch) => mergedEvents(kept, batch.map(event)), []);
        expect(seqs(feed)).toEqual([...new Set(batches.flat())].sort((a, b) => a - b));
      }),
    );
  });

  it('keeps the newest only', () => {
    expect(seqs(mergedEvents([1, 2, 3].map(event), [4].map(event), 2))).toEqual([3, 4]);
  });
});
