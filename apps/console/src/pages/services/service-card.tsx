import type { Service } from '@fieldwarden/admin-contract';
import type { ReactElement, ReactNode } from 'react';
import { useMay } from '../../access/use-may.js';
import { causeSentence } from '../../fleet/causes.js';
import { askForServiceRestart } from '../../fleet/service-restart-dialog.js';
import { formatBytes } from '../../format/bytes.js';
import { formatCount, formatPercent } from '../../format/numbers.js';
import { sentence } from '../../format/sentence.js';
import { formatTimeOfDay } from '../../format/times.js';
import { ServiceBadge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { Time } from '../../parts/time.js';
import { detailRows } from './detail-rows.js';
import { NotificationChannels } from './notification-channels.js';

/** One service: how it is, why, since when, where it runs and is reached, and what it says of itself. */
export function ServiceCard({ service }: { readonly service: Service }): ReactElement {
  const { id, title, state, stateSince, reason, nextAttemptAt, lastCause } = service;
  return (
    <section className="card service" aria-label={`Service ${id}`}>
      <header>
        <h2>{id}</h2>
        <span className="soft">{title}</span>
        <span className="live">
          <ServiceBadge state={state} />
        </span>
        <span className="soft since">
          since {formatTimeOfDay(Date.parse(stateSince))}, <Time at={stateSince} />
        </span>
        <Button
          small
          may={useMay('operate')}
          aria-label={`Restart service ${id}`}
          onClick={() => askForServiceRestart(service)}
        >
          Restart
        </Button>
      </header>
      <div className="body">
        {reason !== null && (
          <p className="reason live">
            {sentence(reason)}{' '}
            {nextAttemptAt !== null && (
              <span className="soft">
                Next attempt <Time at={nextAttemptAt} />.
              </span>
            )}
            {state === 'Faulted' && nextAttemptAt === null && lastCause === 'refused' && (
              <span className="soft">It is not tried again by itself.</span>
            )}
          </p>
        )}
        <div className="fact-columns">
          <Standing service={service} />
          <Detail id={id} detail={service.detail} />
        </div>
        {service.type === 'notifications' && <NotificationChannels detail={service.detail} />}
      </div>
    </section>
  );
}

function Standing({ service }: { readonly service: Service }): ReactElement {
  const { url, isolation, pid, memoryBytes, cpuPercent, restarts, crashLoop, lastCause, lastError } = service;
  const host = pid === null ? 'a Host of its own' : `own Host, pid ${pid}`;
  return (
    <dl className="facts">
      <Fact name="Reached at">{url === null ? 'nowhere' : <span className="mono">{url}</span>}</Fact>
      <Fact name="Runs in">{isolation === 'host' ? host : 'the gateway’s process'}</Fact>
      {memoryBytes !== null && <Fact name="Memory">{formatBytes(memoryBytes)}</Fact>}
      {cpuPercent !== null && <Fact name="CPU">{formatPercent(cpuPercent)}</Fact>}
      <Fact name="Restarts">{formatCount(restarts)} since the gateway started</Fact>
      {crashLoop !== 'closed' && <Fact name="Crash-loop breaker">{crashLoop}</Fact>}
      <Fact name="Changes left out">{formatCount(service.conflatedValues)}, replaced by newer ones</Fact>
      {lastCause !== null && <Fact name="Last end">{causeSentence(lastCause)}</Fact>}
      {lastError !== null && (
        <Fact name="Last error">
          {lastError.message} (<Time at={lastError.at} />, <code>{lastError.code}</code>)
        </Fact>
      )}
    </dl>
  );
}

function Detail({ id, detail }: Pick<Service, 'id' | 'detail'>): ReactElement | null {
  const rows = detailRows(detail);
  if (rows.length === 0) return null;
  return (
    <section aria-label={`What ${id} says of itself`}>
      <dl className="facts">
        {rows.map(([name, text]) => (
          <Fact key={name} name={name}>
            {text}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd className="live">{children}</dd>
    </>
  );
}
