import { useEffect, useMemo, type ReactElement } from 'react';
import { Link } from 'wouter';
import { formatTagValue } from '../../format/tag-value.js';
import { watchedPaths } from '../../live/live.js';
import { Button } from '../../parts/button.js';
import { Chart } from '../../parts/charts/chart.js';
import { Icon } from '../../parts/icon.js';
import { useNow } from '../../parts/now.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { Time } from '../../parts/time.js';
import type { KnownTag } from './tag-directory.js';
import { TagFacts } from './tag-facts.js';
import { isDrawable, trendColumns, type ChartPoint } from './trend/trend.js';
import { useLiveCells } from './use-live-cells.js';
import { useTrend } from './trend/use-trend.js';
import { WhyBad } from './why-bad.js';
import { WriteForm } from './write/write-form.js';

interface TagDetailsProps {
  readonly tag: KnownTag;
  readonly onClose: () => void;
}

/** Everything about one tag, beside the list. */
export function TagDetails({ tag, onClose }: TagDetailsProps): ReactElement {
  const { path } = tag;
  useEffect(() => watchedPaths.add([path]), [path]);
  return (
    <section className="card tag-details" aria-label={`Tag ${path}`}>
      <header>
        <h2 className="mono">{path}</h2>
        <Button look="plain" small aria-label="Close the details" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      <div className="body">
        <Now tag={tag} />
        <WhyBad path={path} />
        <LastMinutes tag={tag} />
        {tag.access === 'read-write' && <WriteForm tag={tag} />}
        <TagFacts tag={tag} />
      </div>
    </section>
  );
}

function Now({ tag }: { readonly tag: KnownTag }): ReactElement {
  const cells = useLiveCells(tag.path, tag.dataType);
  return (
    <div className="now">
      <p className="value">
        <span ref={cells.value} /> <span className="soft">{tag.unit}</span>
      </p>
      <p>
        <span className="quality" ref={cells.quality} /> · <span className="soft" ref={cells.time} />
      </p>
    </div>
  );
}

function LastMinutes({ tag }: { readonly tag: KnownTag }): ReactElement {
  const { points, problem } = useTrend(tag.path);
  const now = useNow();
  const columns = useMemo(() => trendColumns(points, now), [points, now]);
  return (
    <section aria-label="The last minutes">
      <header className="toolbar">
        <h3>The last minutes</h3>
        {isDrawable(tag.dataType) && <Link href={`/trends?pen=${tag.path}&last=8h`}>Open in Trends</Link>}
      </header>
      {problem && <ProblemNote error={problem} title="What was before could not be loaded" />}
      {isDrawable(tag.dataType) ? (
        <Chart
          unit="number"
          height={220}
          series={[{ name: tag.unit ?? 'value', colour: 1, stepped: true }]}
          data={{ at: columns.at, values: [columns.values] }}
          label={`${tag.path} over the last minutes`}
        />
      ) : (
        <Changes points={points} dataType={tag.dataType} />
      )}
    </section>
  );
}

const shownChanges = 12;

function Changes({
  points,
  dataType,
}: {
  readonly points: readonly ChartPoint[];
  readonly dataType: string;
}): ReactElement {
  const changes = points.filter(
    (point, index) => JSON.stringify(point.value) !== JSON.stringify(points[index - 1]?.value),
  );
  return (
    <table className="table">
      <tbody>
        {changes
          .slice(-shownChanges)
          .reverse()
          .map(({ atMs, value, status }) => (
            <tr key={atMs}>
              <td>
                <Time at={atMs} />
              </td>
              <td>{formatTagValue(value, dataType)}</td>
              <td className="soft">{status}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
