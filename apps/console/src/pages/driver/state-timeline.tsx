import type { DriverState } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { driverStateLooks, type Tone } from '../../fleet/state-words.js';
import { formatAbsolute, formatDuration, formatTimeOfDay } from '../../format/times.js';
import { DriverBadge } from '../../parts/badge.js';
import type { StateSegment } from './state-segments.js';

interface StateTimelineProps {
  readonly segments: readonly StateSegment[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Height says what colour says: well is low, a fault is high. */
const heights: Readonly<Record<Tone, number>> = { idle: 6, good: 12, busy: 18, warning: 24, fault: 32 };

export function StateTimeline({ segments, fromMs, toMs }: StateTimelineProps): ReactElement {
  const span = toMs - fromMs;
  const states = [...new Set(segments.map(({ state }) => state))];
  return (
    <figure className="timeline">
      <svg viewBox="0 0 1000 32" preserveAspectRatio="none" role="img" aria-label={inWords(segments)}>
        {longestFirst(segments).map((segment) => {
          const tone = toneOf(segment.state);
          const x = ((segment.fromMs - fromMs) / span) * 1000;
          const width = Math.max(2, ((segment.toMs - segment.fromMs) / span) * 1000);
          return (
            <rect
              key={segment.fromMs}
              className={`is-${tone}`}
              x={x}
              width={width}
              y={32 - heights[tone]}
              height={heights[tone]}
            >
              <title>{`${segment.state}, ${formatDuration(segment.toMs - segment.fromMs)} from ${formatAbsolute(segment.fromMs)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption>
        <span className="soft">{formatTimeOfDay(fromMs)}</span>
        <span className="states">
          {states.map((state) => (
            <DriverBadge key={state} state={state as DriverState} />
          ))}
        </span>
        <span className="soft">now</span>
      </figcaption>
    </figure>
  );
}

/** A state of a second in an hour is drawn wider than it is: above its neighbours, not below. */
function longestFirst(segments: readonly StateSegment[]): readonly StateSegment[] {
  return segments.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
}

function toneOf(state: string): Tone {
  return driverStateLooks[state as DriverState]?.tone ?? 'busy';
}

const wordsOfSegments = 12;

function inWords(segments: readonly StateSegment[]): string {
  const last = segments.slice(-wordsOfSegments);
  return `States: ${last.map(({ state, fromMs, toMs }) => `${state} for ${formatDuration(toMs - fromMs)}`).join(', ')}`;
}
