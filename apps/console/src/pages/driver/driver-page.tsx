import type { ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { driverResource } from '../../api/driver-requests.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { Tabs, type Tab } from '../../parts/tabs.js';
import { useResource } from '../../state/resources.js';
import { DeviceTable } from './device-table.js';
import { DriverConcern } from './driver-concern.js';
import { DriverEvents } from './driver-events.js';
import { DriverHeader } from './driver-header.js';
import './driver.css';
import { DriverSummary } from './driver-summary.js';
import { LogView } from './log-view.js';
import { PostMortems } from './post-mortems.js';
import { ReadPlan } from './read-plan.js';

const everyMs = 2_000;

const tabs: readonly Tab[] = [
  { id: 'summary', label: 'Summary' },
  { id: 'devices', label: 'Devices' },
  { id: 'logs', label: 'Logs' },
  { id: 'post-mortems', label: 'Post-mortems' },
  { id: 'plan', label: 'Read plan' },
  { id: 'events', label: 'Events' },
];

export function DriverPage({ id }: { readonly id: string }): ReactElement {
  const state = useResource(driverResource(id), everyMs);
  const [, navigate] = useLocation();
  const tab = new URLSearchParams(useSearch()).get('tab') ?? 'summary';
  if (state.problem?.status === 404) return <NoSuchDriver id={id} />;
  return (
    <div className="page">
      <Loaded state={state} what={`driver ${id}`}>
        {(driver) => (
          <>
            <DriverHeader driver={driver} />
            <DriverConcern driverId={id} />
            <section className="card" aria-label={`Driver ${id}`}>
              <Tabs
                label="Parts of the driver"
                tabs={tabs}
                selected={tab}
                onSelect={(next) => navigate(`/drivers/${id}?tab=${next}`, { replace: true })}
              >
                {tab === 'summary' && <DriverSummary driver={driver} />}
                {tab === 'devices' && <DeviceTable driver={driver} />}
                {tab === 'logs' && <LogView driverId={id} />}
                {tab === 'post-mortems' && <PostMortems driverId={id} />}
                {tab === 'plan' && <ReadPlan driverId={id} />}
                {tab === 'events' && <DriverEvents driverId={id} />}
              </Tabs>
            </section>
          </>
        )}
      </Loaded>
    </div>
  );
}

function NoSuchDriver({ id }: { readonly id: string }): ReactElement {
  return (
    <div className="page">
      <h1>{id}</h1>
      <div className="card">
        <EmptyState title="There is no driver with this id" command="fieldwarden list">
          <p>
            It may have been taken out of the configuration. The page Hosts, or this command, lists those that are
            there:
          </p>
        </EmptyState>
      </div>
    </div>
  );
}
