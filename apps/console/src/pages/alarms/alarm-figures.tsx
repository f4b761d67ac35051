import type { AlarmStatisticsAnswer } from '@fieldwarden/admin-contract';
import type { ReactElement, ReactNode } from 'react';
import { alarmStatisticsResource } from '../../api/alarm-requests.js';
import { counted } from '../../format/numbers.js';
import { formatDuration } from '../../format/times.js';
import { Loaded } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useResource } from '../../state/resources.js';

const everyMs = 10_000;

/** How the alarms of this plant are to live with: more than ten in ten minutes of one area is a flood (ISA-18.2). */
export function AlarmFigures(): ReactElement {
  const state = useResource(alarmStatisticsResource, everyMs);
  return (
    <Loaded state={state} what="the figures">
      {(figures) => (
        <>
          <Totals figures={figures} />
          <Rows
            title="Floods: areas with more than ten activations in ten minutes"
            none="No flood"
            rows={figures.floods.map(({ area, activations }) => [
              area || 'no area',
              counted(activations, 'activation'),
            ])}
          />
          <Rows
            title="Top ten of the last 24 hours"
            none="No alarm became active"
            rows={figures.topTen.map(({ id, activations, sharePercent }) => [
              id,
              `${counted(activations, 'activation')}, ${Math.round(sharePercent)} %`,
            ])}
          />
          <Rows
            title="Standing for more than 24 hours"
            none="None"
            rows={figures.standing.map(({ id, since }) => [id, <Time key={id} at={since} />])}
          />
          <Rows
            title="Chattering: three times within a minute"
            none="None"
            rows={figures.chattering.map(({ id, activations }) => [id, counted(activations, 'activation')])}
          />
        </>
      )}
    </Loaded>
  );
}

function Totals({ figures }: { readonly figures: AlarmStatisticsAnswer }): ReactElement {
  const { activationsPer10Min, peakPer10Min, activationsPer24h, unacknowledged, shelved, suppressed } = figures;
  const { count, meanMs, longestMs } = figures.timeToAcknowledge;
  return (
    <dl className="facts alarm-figures">
      <dt>Activations</dt>
      <dd>{`${activationsPer10Min} in the last 10 minutes, at most ${peakPer10Min} in any, ${activationsPer24h} in 24 hours`}</dd>
      <dt>Not acknowledged</dt>
      <dd>{unacknowledged}</dd>
      <dt>Set aside</dt>
      <dd>{`${shelved} shelved, ${suppressed} suppressed`}</dd>
      <dt>Time to acknowledge</dt>
      <dd>
        {count === 0 || meanMs === null || longestMs === null
          ? 'nobody had to in the last 24 hours'
          : `${formatDuration(meanMs)} on average, ${formatDuration(longestMs)} at most, ${counted(count, 'alarm')}`}
      </dd>
    </dl>
  );
}

interface RowsProps {
  readonly title: string;
  readonly none: string;
  readonly rows: readonly (readonly [name: string, what: ReactNode])[];
}

function Rows({ title, none, rows }: RowsProps): ReactElement {
  return (
    <section aria-label={title} className="alarm-figures">
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <table className="table">
          <tbody>
            {rows.map(([name, what]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
