import type { LogRecord } from '@fieldwarden/gateway-contract';
import { useLayoutEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { formatAbsolute, formatTimeOfDay } from '../../format/times.js';
import { EmptyState } from '../../parts/empty-state.js';
import { detailsOf, filteredLines, levels, type LineFilter } from './log-lines.js';
import { useDriverLog } from './use-driver-log.js';

/** Lines as they come; whoever scrolls up is left in peace. */
export function LogView({ driverId }: { readonly driverId: string }): ReactElement {
  const lines = useDriverLog(driverId);
  const [filter, setFilter] = useState<LineFilter>({ level: 'info', text: '' });
  const [follow, setFollow] = useState(true);
  const shown = useMemo(() => filteredLines(lines, filter), [lines, filter]);
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (follow && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [shown, follow]);
  return (
    <div className="body log">
      <div className="toolbar">
        <select
          className="select"
          aria-label="Least severe level"
          value={filter.level}
          onChange={(event) => setFilter({ ...filter, level: event.target.value })}
        >
          {levels.map((level) => (
            <option key={level}>{level}</option>
          ))}
        </select>
        <input
          className="input grow"
          type="search"
          placeholder="Text"
          aria-label="Filter by text"
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
        />
        <label className="check">
          <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} />
          Follow
        </label>
      </div>
      {shown.length === 0 ? (
        <EmptyState title="No lines" />
      ) : (
        <div
          className="log-lines"
          ref={scroller}
          tabIndex={0}
          role="log"
          aria-label={`Log of ${driverId}`}
          aria-live="off"
        >
          {shown.map((record, index) => (
            <Line key={`${record.timestamp} ${index}`} record={record} />
          ))}
        </div>
      )}
    </div>
  );
}

function Line({ record }: { readonly record: LogRecord }): ReactElement {
  const atMs = Date.parse(record.timestamp);
  return (
    <p className={`log-line ${record.level}`}>
      <time className="soft" title={formatAbsolute(atMs)}>
        {formatTimeOfDay(atMs)}
      </time>{' '}
      <span className="level">{record.level}</span> {record.message} <span className="soft">{detailsOf(record)}</span>
    </p>
  );
}
