import type { ReactElement } from 'react';
import { formatPercent } from '../../format/numbers.js';
import { formatTagValue } from '../../format/tag-value.js';
import { formatAbsolute } from '../../format/times.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { pointAt, qualityOf, statisticsOf, type PenSeries } from './pen-columns.js';
import { axisNumbers, type AxisNumber, type Pen } from './trend-view.js';

interface PenTableProps {
  readonly pens: readonly Pen[];
  readonly series: ReadonlyMap<string, PenSeries>;
  /** Under the pointer; null: the end of what is shown. */
  readonly cursorMs: number | null;
  /** Of what is shown and known. */
  readonly endMs: number;
  readonly onChange: (path: string, change: Partial<Omit<Pen, 'path'>>) => void;
  readonly onRemove: (path: string) => void;
}

/** Each pen with what it read and its figures over the range: the trend for those who do not see it. */
export function PenTable({ pens, series, cursorMs, endMs, onChange, onRemove }: PenTableProps): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table pens">
        <thead>
          <tr>
            <th scope="col">Pen</th>
            <th scope="col">Axis</th>
            <th scope="col" className="number">
              {cursorMs === null ? 'At the end' : `At ${formatAbsolute(cursorMs).slice(11, 23)}`}
            </th>
            <th scope="col" className="number">
              Least
            </th>
            <th scope="col" className="number">
              Greatest
            </th>
            <th scope="col" className="number medium-only">
              Values
            </th>
            <th scope="col" className="number">
              Good
            </th>
            <th scope="col">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {pens.map((pen, index) => (
            <PenRow
              key={pen.path}
              pen={pen}
              number={index}
              series={series.get(pen.path)}
              atMs={cursorMs ?? endMs}
              endMs={endMs}
              onChange={(change) => onChange(pen.path, change)}
              onRemove={() => onRemove(pen.path)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const percentOf = (share: number | null | undefined): number | null =>
  share === null || share === undefined ? null : 100 * share;

/** As many as an eye compares. */
const readDigits = 6;

interface PenRowProps {
  readonly pen: Pen;
  readonly number: number;
  readonly series: PenSeries | undefined;
  readonly atMs: number;
  readonly endMs: number;
  readonly onChange: (change: Partial<Omit<Pen, 'path'>>) => void;
  readonly onRemove: () => void;
}

function PenRow({ pen, number, series, atMs, endMs, onChange, onRemove }: PenRowProps): ReactElement {
  const { path, axis, hidden } = pen;
  const point = series && pointAt(series.points, atMs);
  const statistics = series && statisticsOf(series, endMs);
  const quality = point ? qualityOf(point.status) : 'good';
  const shown = (value: unknown): string => {
    if (value === null || value === undefined) return '–';
    return typeof value === 'number'
      ? String(Number(value.toPrecision(readDigits)))
      : formatTagValue(value, series?.type);
  };
  return (
    <tr className={hidden ? 'is-hidden' : undefined}>
      <th scope="row">
        <label className="pen-name">
          <input type="checkbox" checked={!hidden} onChange={() => onChange({ hidden: !hidden })} />
          <span className={`pen-mark pen-${(number % 8) + 1}${number >= 8 ? ' dashed' : ''}`} aria-hidden="true" />
          <span className="mono">{path}</span> <span className="soft">{series?.unit}</span>
        </label>
      </th>
      <td>
        <select
          className="select"
          aria-label={`Axis of ${path}`}
          value={axis}
          onChange={(event) => onChange({ axis: Number(event.target.value) as AxisNumber })}
        >
          {axisNumbers.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </td>
      <td className={`number ${quality}`} title={point?.status}>
        {shown(point && (atMs >= endMs ? point.last : point.first))}
        {quality !== 'good' && <span className="soft"> {point!.status}</span>}
      </td>
      <td className="number">{shown(statistics?.min)}</td>
      <td className="number">{shown(statistics?.max)}</td>
      <td className="number medium-only">{statistics?.values.toLocaleString('en-US') ?? '–'}</td>
      <td className="number">{formatPercent(percentOf(statistics?.goodShare))}</td>
      <td>
        <Button look="plain" small aria-label={`Remove ${path}`} onClick={onRemove}>
          <Icon name="close" />
        </Button>
      </td>
    </tr>
  );
}
