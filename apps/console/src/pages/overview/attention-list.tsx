import type { Driver, Service } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { Concern } from '../../fleet/concern.js';
import type { Fleet } from '../../fleet/use-fleet.js';
import { formatTimeOfDay } from '../../format/times.js';
import { toneIcons } from '../../fleet/verdict.js';
import { Badge } from '../../parts/badge.js';
import { useNow } from '../../parts/now.js';
import { Time } from '../../parts/time.js';
import { ConcernButton } from './concern-button.js';

/** More than a screen of them helps nobody: the Hosts have all. */
const shownConcerns = 12;

/** Which driver, which device, why, since when, what happens next, and the button for it. */
export function AttentionList({ fleet }: { readonly fleet: Fleet }): ReactElement {
  const { concerns, drivers = [], services = [] } = fleet;
  const hidden = concerns.length - shownConcerns;
  return (
    <section className="card attention" aria-label="What needs attention">
      <header>
        <h2>What needs attention</h2>
      </header>
      <ul>
        {concerns.slice(0, shownConcerns).map((concern) => (
          <ConcernRow
            key={concern.key}
            concern={concern}
            driver={drivers.find(({ id }) => id === concern.driverId)}
            service={services.find(({ id }) => id === concern.serviceId)}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <p className="body">
          And {hidden} more: <Link href="/hosts?problems">all of them are among the Hosts</Link>.
        </p>
      )}
    </section>
  );
}

interface ConcernRowProps {
  readonly concern: Concern;
  readonly driver: Driver | undefined;
  readonly service: Service | undefined;
}

function ConcernRow({ concern, driver, service }: ConcernRowProps): ReactElement {
  const { tone, what, why, sinceMs } = concern;
  return (
    <li>
      <div className="who">
        <Badge tone={tone} icon={toneIcons[tone]} word={what} />
        <Subject concern={concern} />
      </div>
      <div className="why live">
        <p>{why}</p>
        <p className="soft">
          {sinceMs !== null && (
            <>
              Since {formatTimeOfDay(sinceMs)}, <Time at={sinceMs} />.{' '}
            </>
          )}
          <NextStep concern={concern} />
        </p>
      </div>
      <div className="act">
        <ConcernButton concern={concern} driver={driver} service={service} />
      </div>
    </li>
  );
}

function Subject({ concern }: { readonly concern: Concern }): ReactElement {
  const { driverId, device, serviceId, link } = concern;
  const name = driverId === null ? (serviceId ?? 'Gateway') : device === null ? driverId : `${driverId} / ${device}`;
  return link ? <Link href={link}>{name}</Link> : <span>{name}</span>;
}

function NextStep({ concern }: { readonly concern: Concern }): ReactElement {
  const { next, nextAtMs } = concern;
  const now = useNow();
  if (nextAtMs === null) return <>{next}</>;
  if (nextAtMs - now < 1_000) return <>{next} now.</>;
  return (
    <>
      {next} <Time at={nextAtMs} />.
    </>
  );
}
