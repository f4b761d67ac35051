import type { ReactElement } from 'react';
import type { Fleet } from '../../fleet/use-fleet.js';
import { counted } from '../../format/numbers.js';
import { formatDuration } from '../../format/times.js';
import { Icon } from '../../parts/icon.js';

/** The answer to the first question: is all well? */
export function VerdictCard({ fleet }: { readonly fleet: Fleet }): ReactElement {
  const { verdict, status } = fleet;
  return (
    <section className={`verdict tone-${verdict.tone}`} aria-label="Verdict">
      <Icon name={verdict.icon} />
      <div>
        <h1>{verdict.headline}</h1>
        <p>{verdict.detail}</p>
      </div>
      {status && (
        <dl>
          <Fact name="Up for" value={formatDuration(status.uptimeMs)} />
          <Fact name="Configuration" value={configurationWords(status)} />
          <Fact name="Tags" value={counted(status.tags.total, 'tag')} />
        </dl>
      )}
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="live">{value}</dd>
    </div>
  );
}

function configurationWords({ generation, authority, usingStaleConfig }: NonNullable<Fleet['status']>): string {
  if (generation === null) return authority === 'file' ? 'from a file' : 'nothing published';
  return usingStaleConfig ? `generation ${generation}, stale` : `generation ${generation}`;
}
