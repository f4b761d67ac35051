import type { ReactElement } from 'react';
import { eventFeed } from '../../live/event-feed.js';
import { EmptyState } from '../../parts/empty-state.js';
import { EventTable } from '../../parts/event-table.js';
import { useStore } from '../../state/store.js';

const shown = 200;

export function DriverEvents({ driverId }: { readonly driverId: string }): ReactElement {
  const events = useStore(eventFeed).filter((event) => event.driverId === driverId);
  if (events.length === 0) return <EmptyState title="Nothing has happened to it yet" />;
  return <EventTable events={events.slice(-shown).reverse()} />;
}
