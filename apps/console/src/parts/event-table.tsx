import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { EventMark } from './event-mark.js';
import { Time } from './time.js';

/** In the order given. */
export function EventTable({ events }: { readonly events: readonly GatewayEvent[] }): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Kind</th>
            <th scope="col">What happened</th>
            <th scope="col">Subject</th>
            <th scope="col" className="number medium-only">
              No.
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.seq}>
              <td>
                <Time at={event.at} />
              </td>
              <td>
                <EventMark event={event} />
              </td>
              <td>{event.message}</td>
              <td>
                <Subject event={event} />
              </td>
              <td className="number soft medium-only">{event.seq}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Subject({ event: { driverId, serviceId } }: { readonly event: GatewayEvent }): ReactElement | null {
  if (driverId !== undefined) return <Link href={`/drivers/${driverId}`}>{driverId}</Link>;
  return serviceId === undefined ? null : <Link href="/services">{serviceId}</Link>;
}
