import type { ReactElement } from 'react';
import { Button } from '../../parts/button.js';
import { Moment } from '../../parts/moment.js';
import { fixedView, lengthText, liveView, rangeOf, shiftedView, type TrendView } from './trend-view.js';

interface SpanBarProps {
  readonly view: TrendView;
  readonly nowMs: number;
  readonly onChange: (view: TrendView) => void;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const lengths = [
  { lengthMs: 15 * minuteMs, name: '15 min' },
  { lengthMs: hourMs, name: '1 h' },
  { lengthMs: 8 * hourMs, name: '8 h' },
  { lengthMs: dayMs, name: '1 d' },
  { lengthMs: 7 * dayMs, name: '7 d' },
  { lengthMs: 30 * dayMs, name: '30 d' },
] as const;

/** Which stretch of time is shown, and whether it follows the present. */
export function SpanBar({ view, nowMs, onChange }: SpanBarProps): ReactElement {
  const { span } = view;
  const { fromMs, toMs } = rangeOf(span, nowMs);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const setEnds = (from: string, to: string): void => {
    const [begin, end] = [Date.parse(from), Date.parse(to)];
    if (begin < end) onChange(fixedView(view, begin, end));
  };
  return (
    <div className="toolbar" role="group" aria-label="Time">
      {lengths.map(({ lengthMs, name }) => (
        <Button
          key={name}
          small
          aria-pressed={span.kind === 'live' && span.lengthMs === lengthMs}
          aria-label={`The last ${name}`}
          onClick={() => onChange(liveView(view, lengthMs))}
        >
          {name}
        </Button>
      ))}
      <Button small aria-label="Earlier" onClick={() => onChange(shiftedView(view, -0.5, nowMs))}>
        ‹
      </Button>
      <Button small aria-label="Later" onClick={() => onChange(shiftedView(view, 0.5, nowMs))}>
        ›
      </Button>
      <Button
        small
        aria-pressed={span.kind === 'live'}
        title={span.kind === 'live' ? 'Follows the present' : 'Stands still; press to follow the present again'}
        onClick={() => onChange(span.kind === 'live' ? fixedView(view, fromMs, toMs) : liveView(view, toMs - fromMs))}
      >
        {span.kind === 'live' ? `Live, ${lengthText(span.lengthMs)}` : 'Go live'}
      </Button>
      <Moment label="From" value={iso(fromMs)} onChange={(from) => setEnds(from, iso(toMs))} />
      <Moment label="To" value={iso(toMs)} onChange={(to) => setEnds(iso(fromMs), to)} />
    </div>
  );
}
