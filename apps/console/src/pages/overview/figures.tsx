import type { Driver, Status } from '@fieldwarden/admin-contract';
import { driverStates, type DriverState } from '@fieldwarden/gateway-contract';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import type { Fleet } from '../../fleet/use-fleet.js';
import { formatCount, formatRate } from '../../format/numbers.js';
import { Badge, DriverBadge } from '../../parts/badge.js';

/** A handful of numbers, each with the word that says what it counts. */
export function Figures({ fleet }: { readonly fleet: Fleet }): ReactElement | null {
  const { status } = fleet;
  if (!status) return null;
  return (
    <section className="figures" aria-label="Figures">
      <Figure name="Drivers by state">
        <DriversByState byState={status.drivers.byState} drivers={fleet.drivers ?? []} />
      </Figure>
      <Figure name="Tags">
        <TagQuality tags={status.tags} />
      </Figure>
      <Figure name="Values per second">
        <strong className="live">{formatRate(status.tags.valuesPerSecond)}</strong>
      </Figure>
      {status.opcua && (
        <Figure name="OPC UA">
          <strong className="live">{formatCount(status.opcua.sessions)}</strong> sessions,{' '}
          <strong className="live">{formatCount(status.opcua.monitoredItems)}</strong> monitored items
        </Figure>
      )}
      {[status.mqtt].flat().map(
        (outlet) =>
          outlet && (
            <Figure key={outlet.id ?? ''} name={nameOf(outlet)}>
              <Mqtt {...outlet} />
            </Figure>
          ),
      )}
    </section>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="card figure">
      <h2 className="minor">{name}</h2>
      <div>{children}</div>
    </div>
  );
}

interface DriversByStateProps extends Pick<Status['drivers'], 'byState'> {
  readonly drivers: readonly Driver[];
}

function DriversByState({ byState, drivers }: DriversByStateProps): ReactElement {
  const badIn = (state: DriverState): number =>
    drivers.filter((driver) => driver.state === state).reduce((sum, { tagsBad }) => sum + tagsBad, 0);
  const present = driverStates.filter((state) => (byState[state] ?? 0) > 0);
  return (
    <ul className="states">
      {present.map((state) => (
        <li key={state}>
          <Link href={`/hosts?state=${state}`}>
            <strong className="live">{byState[state]}</strong> <DriverBadge state={state} tagsBad={badIn(state)} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function TagQuality({ tags }: Pick<Status, 'tags'>): ReactElement {
  return (
    <ul className="states">
      <li>
        <strong className="live">{formatCount(tags.good)}</strong> <Badge tone="good" icon="check" word="Good" />
      </li>
      {tags.uncertain > 0 && (
        <li>
          <strong className="live">{formatCount(tags.uncertain)}</strong>{' '}
          <Badge tone="warning" icon="question" word="Uncertain" />
        </li>
      )}
      {tags.bad > 0 && (
        <li>
          <strong className="live">{formatCount(tags.bad)}</strong> <Badge tone="fault" icon="fault" word="Bad" />
        </li>
      )}
    </ul>
  );
}

type MqttStatus = Exclude<NonNullable<Status['mqtt']>, readonly unknown[]>;

function nameOf({ id }: MqttStatus): string {
  return id === undefined || id === 'mqtt' ? 'MQTT' : `MQTT ${id}`;
}

function Mqtt({ connected, pending, dropped }: MqttStatus): ReactElement {
  return (
    <ul className="states">
      <li>
        {connected ? (
          <Badge tone="good" icon="check" word="connected" />
        ) : (
          <Badge tone="warning" icon="offline" word="not connected" />
        )}
      </li>
      {pending > 0 && (
        <li>
          <strong className="live">{formatCount(pending)}</strong> waiting
        </li>
      )}
      {dropped > 0 && (
        <li>
          <strong className="live">{formatCount(dropped)}</strong> dropped
        </li>
      )}
    </ul>
  );
}
