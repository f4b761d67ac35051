import { expect, it } from 'vitest';
import { detailRows } from './detail-rows.js';

it('shows what a service says of itself by name, groups by dots, lists in one line', () => {
  const detail = {
    sessions: 2,
    tls: { on: true, deep: { days: 30 } },
    endpoints: ['a', 'b'],
    none: [],
    gone: null,
    rows: [{ a: 1 }],
    curve: Array(30).fill(0),
  };
  expect(detailRows(detail)).toEqual([
    ['sessions', '2'],
    ['tls.on', 'true'],
    ['tls.deep.days', '30'],
    ['endpoints', 'a, b'],
    ['none', 'none'],
    ['rows', '1 entry'],
    ['curve', '30 entries'],
  ]);
  expect(detailRows(null)).toEqual([]);
});
