import { expect, it } from 'vitest';
import { testService } from '../../fleet/testing-fleet.js';
import { dropReasons } from './drop-reasons.js';
import { outletView } from './outlet-view.js';

it('gives the points of the backlog their times', () => {
  const backlog = { at: '2026-01-01T00:00:10.000Z', everyMs: 5_000, pending: [1, 2, 3] };
  const { backlog: curve } = outletView(testService({ detail: { backlog } }));
  const lastMs = Date.parse(backlog.at);
  expect(curve).toEqual({ at: [lastMs - 10_000, lastMs - 5_000, lastMs], pending: [1, 2, 3] });
});

it('takes from the service what an outlet that does not run cannot say', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const view = outletView(
    testService({ state: 'Faulted', reason: 'the disk is full', stateSince: at, nextAttemptAt: at, detail: null }),
  );
  expect(view).toMatchObject({ connected: false, problem: 'the disk is full', since: at, nextAttemptAt: at });
  expect(view).toMatchObject({ pending: 0, topics: [], backlog: null, listening: null, sparkplug: null });
});

it('has the Sparkplug side of an outlet that tells both, with its own figures and messages', () => {
  const recent = [{ at: '2026-01-01T00:00:00.000Z', topic: 'spBv1.0/lab/NBIRTH/gateway', bytes: 9, text: null }];
  const sparkplug = { group: 'lab', node: 'gateway', session: 'live', connected: true, pending: 2, published: 3 };
  const view = outletView(testService({ detail: { pending: 5, recent: [], sparkplug: { ...sparkplug, recent } } }));
  expect(view.sparkplug).toEqual({ ...sparkplug, dropped: 0, recent });
  expect(view.pending).toBe(5);
});

it('says in words why messages were given up', () => {
  expect(dropReasons({ count: 0, age: 3, refused: 1, new: 2 })).toBe('3 too old · 1 refused by the broker · 2 new');
  expect(dropReasons({ count: 0 })).toBeNull();
});
