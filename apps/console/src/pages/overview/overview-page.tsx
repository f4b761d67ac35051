import type { ReactElement } from 'react';
import { useFleet, type Fleet } from '../../fleet/use-fleet.js';
import { EmptyState } from '../../parts/empty-state.js';
import { AttentionList } from './attention-list.js';
import { Figures } from './figures.js';
import './overview.css';
import { RecentEvents } from './recent-events.js';
import { VerdictCard } from './verdict-card.js';
import { WorstDevices } from './worst-devices.js';

export function OverviewPage(): ReactElement {
  const fleet = useFleet();
  if (fleet.drivers?.length === 0) return <FirstSteps fleet={fleet} />;
  return (
    <div className="page overview">
      <VerdictCard fleet={fleet} />
      {fleet.concerns.length > 0 && <AttentionList fleet={fleet} />}
      <Figures fleet={fleet} />
      <div className="columns">
        <WorstDevices rows={fleet.rows ?? []} />
        <RecentEvents />
      </div>
    </div>
  );
}

function FirstSteps({ fleet }: { readonly fleet: Fleet }): ReactElement {
  return (
    <div className="page">
      <h1>Overview</h1>
      {fleet.concerns.length > 0 && <AttentionList fleet={fleet} />}
      <div className="card">
        <EmptyState
          title="The gateway runs, and has nothing to poll yet"
          command={'fieldwarden config validate plant.yaml\nfieldwarden config publish plant.yaml -m "First drivers"'}
        >
          <p>
            Write a plant document with a driver, its devices and their tags on the page Configuration, or publish a
            file from the command line:
          </p>
        </EmptyState>
      </div>
    </div>
  );
}
