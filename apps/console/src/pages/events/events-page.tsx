import { useMemo, useState, type ReactElement } from 'react';
import { counted } from '../../format/numbers.js';
import { eventFeed } from '../../live/event-feed.js';
import { eventTypes } from '../../live/live-connection.js';
import { EmptyState } from '../../parts/empty-state.js';
import { EventTable } from '../../parts/event-table.js';
import { useStore } from '../../state/store.js';
import { filteredEvents, type EventFilter } from './event-filter.js';

const shownAtOnce = 500;

export function EventsPage(): ReactElement {
  const live = useStore(eventFeed);
  const [held, setHeld] = useState<typeof live>();
  const [filter, setFilter] = useState<EventFilter>({ type: '', driverId: '', text: '' });
  const all = held ?? live;
  const shown = useMemo(() => filteredEvents(all, filter), [all, filter]);
  const waiting = held ? live.length - held.length : 0;
  return (
    <div className="page">
      <header>
        <h1>Events</h1>
        <span className="soft">{counted(shown.length, 'event')}</span>
      </header>
      <Filters events={live} filter={filter} onChange={setFilter}>
        <label className="check">
          <input type="checkbox" checked={!held} onChange={() => setHeld(held ? undefined : live)} />
          Follow{waiting > 0 && ` (${waiting} new)`}
        </label>
      </Filters>
      <section className="card" aria-label="Events, newest first">
        {shown.length === 0 ? (
          <EmptyState
            title={all.length === 0 ? 'Nothing has happened since the gateway started' : 'No event matches the filter'}
          />
        ) : (
          <EventTable events={shown.slice(-shownAtOnce).reverse()} />
        )}
      </section>
      {shown.length > shownAtOnce && (
        <p className="soft">The newest {shownAtOnce} are shown. Older ones: fieldwarden events</p>
      )}
    </div>
  );
}

interface FiltersProps {
  readonly events: Parameters<typeof filteredEvents>[0];
  readonly filter: EventFilter;
  readonly onChange: (filter: EventFilter) => void;
  readonly children: ReactElement;
}

function Filters({ events, filter, onChange, children }: FiltersProps): ReactElement {
  const drivers = useMemo(() => [...new Set(events.flatMap(({ driverId }) => driverId ?? []))].sort(), [events]);
  return (
    <div className="toolbar">
      <select
        className="select"
        aria-label="Type"
        value={filter.type}
        onChange={(event) => onChange({ ...filter, type: event.target.value })}
      >
        <option value="">Every type</option>
        {eventTypes.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </select>
      <select
        className="select"
        aria-label="Driver"
        value={filter.driverId}
        onChange={(event) => onChange({ ...filter, driverId: event.target.value })}
      >
        <option value="">Every driver</option>
        {drivers.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
      <input
        className="input grow"
        type="search"
        placeholder="Text"
        aria-label="Filter by text"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      {children}
    </div>
  );
}
