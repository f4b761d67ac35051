import { expect, test } from 'vitest';
import { DeliveryTrail } from './delivery-trail.js';

const atMs = Date.UTC(2026, 0, 1);

test('shows the last messages, the newest first, cut, and no bytes that are no text', () => {
  const trail = new DeliveryTrail();
  expect(trail.recent()).toEqual([]);
  for (let i = 0; i < 40; i += 1) trail.acknowledged(`t/${i}`, Buffer.from(String(i)), atMs + i);
  trail.acknowledged('long', Buffer.from('ü'.repeat(1_000)), atMs);
  trail.acknowledged('binary', Buffer.from([1, 2, 0xff]), atMs);
  const shown = trail.recent();
  expect(shown).toHaveLength(15);
  expect(shown[0]).toEqual({ at: '2026-01-01T00:00:00.000Z', topic: 'binary', bytes: 3, text: null });
  expect(shown[1]).toMatchObject({ topic: 'long', bytes: 2_000, text: 'ü'.repeat(160) });
  expect(shown.slice(2).map(({ text }) => text)).toEqual(Array.from({ length: 13 }, (_, i) => String(39 - i)));
});

test('keeps the curve of the last ten minutes, oldest first', () => {
  const trail = new DeliveryTrail();
  expect(trail.backlog(5_000)).toBeNull();
  for (let i = 0; i < 130; i += 1) trail.tick(i, atMs + i * 5_000);
  const curve = trail.backlog(5_000)!;
  expect([curve.pending.length, curve.pending[0], curve.pending.at(-1)]).toEqual([120, 10, 129]);
  expect(curve).toMatchObject({ at: new Date(atMs + 129 * 5_000).toISOString(), everyMs: 5_000 });
});
