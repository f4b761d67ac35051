import { useState, type ReactElement } from 'react';
import { useMay } from '../../access/use-may.js';
import { formatTimeOfDay } from '../../format/times.js';
import { sentence } from '../../format/sentence.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { Time } from '../../parts/time.js';
import { BacklogChart } from './backlog-chart.js';
import { MessageTables } from './message-tables.js';
import { OutletFacts } from './outlet-facts.js';
import type { OutletView } from './outlet-view.js';
import { PurgeDialog } from './purge-dialog.js';

/** One broker: how it stands with it, why, since when, what happens next; then what waits, went out and was given up. */
export function OutletCard({ outlet }: { readonly outlet: OutletView }): ReactElement {
  const [purging, setPurging] = useState(false);
  const { service, since, pending } = outlet;
  const { id } = service;
  return (
    <section className="card outlet" aria-label={`MQTT outlet ${id}`}>
      <header>
        <h2>{id}</h2>
        <span className="live">
          <ConnectionBadge outlet={outlet} />
        </span>
        <span className="soft since">
          since {formatTimeOfDay(Date.parse(since))}, <Time at={since} />
        </span>
        <Button
          small
          may={useMay('operate')}
          aria-label={`Purge … what waits in ${id}`}
          disabled={pending === 0}
          onClick={() => setPurging(true)}
        >
          Purge …
        </Button>
      </header>
      <div className="body">
        <Problem outlet={outlet} />
        <OutletFacts outlet={outlet} />
        <BacklogChart outlet={outlet} />
        <MessageTables outlet={outlet} />
      </div>
      {purging && <PurgeDialog outlet={outlet} onClose={() => setPurging(false)} />}
    </section>
  );
}

function ConnectionBadge({ outlet: { connected, problem, service } }: { readonly outlet: OutletView }): ReactElement {
  if (service.state === 'Stopped') return <Badge tone="idle" icon="stopped" word="Stopped" />;
  if (service.state === 'Faulted') return <Badge tone="fault" icon="fault" word="Faulted" />;
  if (!connected) return <Badge tone="warning" icon="offline" word="Not connected" />;
  if (problem !== null) return <Badge tone="warning" icon="warning" word="Connected, with trouble" />;
  return <Badge tone="good" icon="check" word="Connected" />;
}

function Problem({ outlet }: { readonly outlet: OutletView }): ReactElement | null {
  const { problem, connected, nextAttemptAt } = outlet;
  if (problem === null && connected) return null;
  return (
    <p className="reason live">
      {sentence(problem ?? 'the first attempt is under way')}{' '}
      {!connected && (
        <span className="soft">
          {nextAttemptAt === null ? (
            'An attempt is under way. '
          ) : (
            <>
              Next attempt <Time at={nextAttemptAt} />.{' '}
            </>
          )}
          Messages are kept on disk until then.
        </span>
      )}
    </p>
  );
}
