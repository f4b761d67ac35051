import type { DriverDetail } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { curvesResource } from '../../api/driver-requests.js';
import { causeSentence } from '../../fleet/causes.js';
import { formatBytes } from '../../format/bytes.js';
import { formatCount, formatPercent } from '../../format/numbers.js';
import { formatDuration } from '../../format/times.js';
import { eventFeed } from '../../live/event-feed.js';
import { useNow } from '../../parts/now.js';
import { Time } from '../../parts/time.js';
import { useResource } from '../../state/resources.js';
import { useStore } from '../../state/store.js';
import { DriverCurveCharts } from './driver-curve-charts.js';
import { clipped, segmentsOf, withChanges, withEvents } from './state-segments.js';
import { StateTimeline } from './state-timeline.js';

const curvesEveryMs = 5_000;

/** The last hour: what the gateway keeps. */
const windowMs = 3_600_000;

export function DriverSummary({ driver }: { readonly driver: DriverDetail }): ReactElement {
  const curves = useResource(curvesResource(driver.id), curvesEveryMs);
  const events = useStore(eventFeed);
  const now = useNow();
  const fromMs = Math.max(now - windowMs, (curves.data?.at[0] ?? Date.parse(events[0]?.at ?? '')) || 0);
  const { at = [], state: states = [], changes = [] } = curves.data ?? {};
  const all = segmentsOf(withEvents(withChanges({ at, states }, changes), events, driver.id), now);
  return (
    <div className="body summary">
      <section aria-label="States over time">
        <h2 className="minor">States over time</h2>
        <StateTimeline segments={clipped(all, fromMs, now)} fromMs={fromMs} toMs={now} />
      </section>
      <Facts driver={driver} />
      {curves.data && <DriverCurveCharts curves={curves.data} memory={driver.memory} />}
    </div>
  );
}

function Facts({ driver }: { readonly driver: DriverDetail }): ReactElement {
  const {
    restarts,
    memory,
    cpuPercent,
    heartbeatMs,
    upMs,
    spawn,
    lastCause,
    lastError,
    generation,
    pending,
    progress,
  } = driver;
  return (
    <div className="fact-columns">
      <dl className="facts">
        <dt>Up for</dt>
        <dd className="live">{upMs === null ? '–' : formatDuration(upMs)}</dd>
        <dt>Restarts</dt>
        <dd className="live">
          {restarts.crash} after a crash, {restarts.recycle} recycled, {restarts.operator} by an operator
        </dd>
        <dt>Crash-loop breaker</dt>
        <dd className="live">{driver.crashLoop}</dd>
        {driver.nextAttemptAt && (
          <>
            <dt>Next attempt</dt>
            <dd>
              <Time at={driver.nextAttemptAt} />
            </dd>
          </>
        )}
        <dt>Last end</dt>
        <dd>{lastCause ? causeSentence(lastCause) : 'none'}</dd>
        <dt>Last error</dt>
        <dd>
          {lastError ? (
            <>
              {lastError.message} (<Time at={lastError.at} />, <code>{lastError.code}</code>)
            </>
          ) : (
            'none'
          )}
        </dd>
        {driver.notes && (
          <>
            <dt>Notes</dt>
            {driver.notes.map((note) => (
              <dd key={note}>{note}</dd>
            ))}
          </>
        )}
      </dl>
      <dl className="facts">
        <dt>Memory</dt>
        <dd className="live">
          {formatBytes(memory.bytes)}, {memory.state ?? 'not measured'}
        </dd>
        <dt>Baseline, limits</dt>
        <dd className="live">
          {formatBytes(memory.baselineBytes)}; soft {formatBytes(memory.softBytes)}, hard{' '}
          {formatBytes(memory.hardBytes)}
        </dd>
        <dt>CPU</dt>
        <dd className="live">{formatPercent(cpuPercent)}</dd>
        <dt>Last heartbeat</dt>
        <dd className="live">{heartbeatMs === null ? '–' : `${formatDuration(heartbeatMs)} ago`}</dd>
        <dt>Calls</dt>
        <dd className="live">
          {pending} under way, {formatCount(progress)} done
        </dd>
        <dt>Process, generation</dt>
        <dd className="live">
          {spawn === null ? 'the gateway’s' : `number ${spawn} since the start`}; {generation ?? 'none published'}
        </dd>
      </dl>
    </div>
  );
}
