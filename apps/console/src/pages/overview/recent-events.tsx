import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { eventFeed } from '../../live/event-feed.js';
import { EmptyState } from '../../parts/empty-state.js';
import { EventMark } from '../../parts/event-mark.js';
import { Time } from '../../parts/time.js';
import { useStore } from '../../state/store.js';
import { newsOf } from './news.js';

const shown = 10;

export function RecentEvents(): ReactElement {
  const events = newsOf(useStore(eventFeed)).slice(-shown).reverse();
  return (
    <section className="card" aria-label="Recent events">
      <header>
        <h2>Recent events</h2>
        <Link href="/events">All events</Link>
      </header>
      {events.length === 0 ? (
        <EmptyState title="Nothing has happened since the gateway started" />
      ) : (
        <ul className="recent">
          {events.map((event) => (
            <li key={event.seq}>
              <EventMark event={event} />
              <span className="what">{event.message}</span>
              <Time at={event.at} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
