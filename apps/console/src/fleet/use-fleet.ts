import type { Driver, HostRow, Service, Status } from '@fieldwarden/admin-contract';
import { useEffect, useMemo } from 'react';
import { alarmsResource } from '../api/alarm-requests.js';
import { certificatesResource } from '../api/certificate-requests.js';
import { driversResource, hostsResource, statusResource } from '../api/driver-requests.js';
import { servicesResource } from '../api/service-requests.js';
import { eventFeed } from '../live/event-feed.js';
import { connection } from '../live/live.js';
import { browserClock } from '../platform/browser-clock.js';
import { useResource } from '../state/resources.js';
import { useStore } from '../state/store.js';
import type { Concern } from './concern.js';
import { concernsOf } from './concerns.js';
import { memoryTrails } from './memory-trails.js';
import { statesSince } from './since.js';
import { verdictOf, type FleetVerdict } from './verdict.js';

/** How often what no event tells is asked: memory, intervals, counters. */
const everyMs = 2_000;

/** An event tells of a refused client; this is for what no event tells. */
const certificatesEveryMs = 10_000;

/** Changes are told by events; this is for what comes back from the shelf. */
const alarmsEveryMs = 10_000;

const noDrivers: readonly Driver[] = [];
const noRows: readonly HostRow[] = [];
const noServices: readonly Service[] = [];

export interface Fleet {
  readonly status: Status | undefined;
  readonly drivers: readonly Driver[] | undefined;
  readonly rows: readonly HostRow[] | undefined;
  readonly services: readonly Service[] | undefined;
  readonly since: ReadonlyMap<string, number>;
  readonly concerns: readonly Concern[];
  readonly verdict: FleetVerdict;
}

/** Everything that the gateway runs, as of now. */
export function useFleet(): Fleet {
  const statusState = useResource(statusResource, everyMs);
  const { data: drivers } = useResource(driversResource, everyMs);
  const { data: rows } = useResource(hostsResource, everyMs);
  const { data: services } = useResource(servicesResource, everyMs);
  const { data: stores, loadedAt: certificatesAt } = useResource(certificatesResource, certificatesEveryMs);
  const { data: alarms } = useResource(alarmsResource, alarmsEveryMs);
  const events = useStore(eventFeed);
  const { phase } = useStore(connection.state);
  const status = statusState.data;
  const unreachable = statusState.problem?.unreachable ?? false;
  useEffect(() => {
    if (unreachable) connection.suspect();
  }, [unreachable]);
  useEffect(() => {
    if (drivers) memoryTrails.take(drivers, browserClock.now());
  }, [drivers]);
  return useMemo(() => {
    const since = statesSince(events);
    const concerns = concernsOf({
      status,
      drivers: drivers ?? noDrivers,
      rows: rows ?? noRows,
      services: services ?? noServices,
      since,
      ...(alarms && { alarms }),
      ...(stores && certificatesAt !== undefined && { certificates: stores.certificates, nowMs: certificatesAt }),
    });
    const verdict = verdictOf(drivers, concerns, phase !== 'lost', services);
    return { status, drivers, rows, services, since, concerns, verdict };
  }, [status, drivers, rows, services, alarms, stores, certificatesAt, events, phase]);
}
