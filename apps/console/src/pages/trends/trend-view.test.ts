import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  axisNumbers,
  fixedView,
  lengthText,
  liveView,
  maxPens,
  rangeOf,
  scaledView,
  searchOf,
  shiftedView,
  viewOf,
  withChangedPen,
  withPen,
  withoutPen,
  type TrendView,
} from './trend-view.js';

const nowMs = Date.UTC(2030, 0, 2);
const hour = 3_600_000;

const path = fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}(\/[A-Za-z0-9_.-]{1,8}){0,2}$/);

const pens = fc.uniqueArray(
  fc.record({ path, axis: fc.constantFrom(...axisNumbers), hidden: fc.boolean() }),
  { maxLength: maxPens, selector: (pen) => pen.path },
); // prettier-ignore

const span = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }).map((seconds) => ({ kind: 'live', lengthMs: seconds * 1_000 }) as const),
  fc
    .tuple(fc.integer({ min: 0, max: nowMs }), fc.integer({ min: 1_000, max: 1e10 }))
    .map(([fromMs, lengthMs]) => ({ kind: 'fixed', fromMs, toMs: fromMs + lengthMs }) as const),
);

const anyView: fc.Arbitrary<TrendView> = fc.record({ pens, span });

describe('the address of a trend (§19.2)', () => {
  it('holds the whole view', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(viewOf(searchOf(view))).toEqual(view);
      }),
    );
  });

  it('is one that a person can read and type', () => {
    const view = withChangedPen(withPen(withPen(viewOf(''), 'line/speed'), 'line/total'), 'line/total', { axis: 2 });
    expect(searchOf(liveView(view, 8 * hour))).toBe('pen=line/speed&pen=line/total~2&last=8h');
    expect(searchOf(fixedView(view, nowMs - hour, nowMs))).toContain('from=2030-01-01T23:00:00.000Z');
  });

  it('shows an hour when it says nothing, or nonsense', () => {
    for (const search of ['', 'last=0h', 'last=-3', 'from=x&to=y', 'from=2030-01-02&to=2030-01-01']) {
      expect(viewOf(search)).toEqual({ pens: [], span: { kind: 'live', lengthMs: hour } });
    }
    expect(viewOf('pen=&pen=a&pen=a~2&pen=b~9').pens).toEqual([
      { path: 'a', axis: 1, hidden: false },
      { path: 'b', axis: 1, hidden: false },
    ]);
  });

  it('writes a length in the largest unit that fits', () => {
    expect([90_000, 900_000, 8 * hour, 168 * hour, 10].map(lengthText)).toEqual(['90s', '15m', '8h', '7d', '1s']);
  });
});

describe('the stretch that is shown', () => {
  it('has room for sixteen pens, each once', () => {
    const full = Array.from({ length: 20 }, (_none, i) => `t${i}`).reduce(withPen, viewOf(''));
    expect(full.pens).toHaveLength(maxPens);
    expect(withPen(full, 't3')).toBe(full);
    expect(withoutPen(full, 't3').pens).toHaveLength(maxPens - 1);
  });

  it('stays where it was moved to, and is live again at the present', () => {
    const back = shiftedView(liveView(viewOf(''), hour), -0.5, nowMs);
    expect(back.span).toEqual({ kind: 'fixed', fromMs: nowMs - 1.5 * hour, toMs: nowMs - 0.5 * hour });
    expect(shiftedView(back, 0.5, nowMs).span).toEqual({ kind: 'live', lengthMs: hour });
  });

  it('is halved and doubled about a point, which stays where it is', () => {
    const view = fixedView(viewOf(''), nowMs - 4 * hour, nowMs - 2 * hour);
    const near = scaledView(view, 0.5, nowMs, nowMs - 3.5 * hour);
    expect(near.span).toEqual({ kind: 'fixed', fromMs: nowMs - 3.75 * hour, toMs: nowMs - 2.75 * hour });
    expect(scaledView(near, 2, nowMs, nowMs - 3.5 * hour)).toEqual(view);
    expect(scaledView(liveView(view, hour), 2, nowMs).span).toEqual({ kind: 'live', lengthMs: 2 * hour });
  });

  it('never is empty, upside down or longer than anything that is kept, whatever is done', () => {
    const act = fc.oneof(
      fc.double({ min: -5, max: 5, noNaN: true }).map((by) => (view: TrendView) => shiftedView(view, by, nowMs)),
      fc.tuple(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), fc.option(fc.integer({ min: 0, max: nowMs }))).map(
        ([by, at]) =>
          (view: TrendView) =>
            scaledView(view, by, nowMs, at ?? undefined),
      ),
    );
    fc.assert(
      fc.property(anyView, fc.array(act, { maxLength: 30 }), (view, acts) => {
        const { fromMs, toMs } = rangeOf(acts.reduce((shown, each) => each(shown), view).span, nowMs);
        expect(toMs - fromMs).toBeGreaterThanOrEqual(1_000);
        expect(toMs - fromMs).toBeLessThanOrEqual(10 * 366 * 24 * hour + 1);
      }),
    );
  });
});
