import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { formatBytes } from '../../format/bytes.js';
import { formatTimeOfDay } from '../../format/times.js';

export type ChartUnit = 'bytes' | 'percent' | 'ms' | 'number';

export interface ChartSeries {
  readonly name: string;
  readonly colour: 1 | 2 | 3;
  /** A value holds until the next one. */
  readonly stepped?: boolean;
  readonly dashed?: boolean;
}

export interface ChartOptions {
  readonly unit: ChartUnit;
  readonly series: readonly ChartSeries[];
  /** Pixels. */
  readonly height: number;
  /** The axis begins at zero. */
  readonly fromZero?: boolean;
}

export interface ChartData {
  /** ms since 1970 UTC. */
  readonly at: readonly number[];
  /** One per series; null where nothing is known. */
  readonly values: readonly (readonly (number | null)[])[];
}

export interface DrawnChart {
  show(data: ChartData): void;
  dispose(): void;
}

const unitFormats: Readonly<Record<ChartUnit, (value: number) => string>> = {
  bytes: formatBytes,
  percent: (value) => `${Number(value.toFixed(1))} %`,
  ms: (value) => `${Math.round(value)} ms`,
  number: (value) => String(Number(value.toPrecision(6))),
};

export function drawChart(holder: HTMLElement, options: ChartOptions, data: ChartData): DrawnChart {
  const plot = new uPlot(plotOptions(holder, options), aligned(data), holder);
  const resized = new ResizeObserver(() => plot.setSize({ width: holder.clientWidth, height: options.height }));
  resized.observe(holder);
  return {
    show: (next) => plot.setData(aligned(next)),
    dispose: () => {
      resized.disconnect();
      plot.destroy();
    },
  };
}

function plotOptions(holder: HTMLElement, { unit, series, height, fromZero }: ChartOptions): uPlot.Options {
  const style = getComputedStyle(holder);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const format = unitFormats[unit];
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: holder.clientWidth,
    height,
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    scales: { y: { range: (_plot, min, max) => rangeOf(min, max, fromZero ?? false) } },
    axes: [
      // a time of day is 53 pixels wide
      { ...axis, space: 72, values: (_plot, ticks) => ticks.map((at) => formatTimeOfDay(at * 1000)) },
      { ...axis, size: 68, values: (_plot, ticks) => ticks.map(format) },
    ],
    series: [
      { value: (_plot, at: number | null) => (at === null ? '–' : formatTimeOfDay(at * 1000)) },
      ...series.map(({ name, colour: number, stepped, dashed }) => ({
        label: name,
        stroke: colour(`--curve-${number}`),
        width: 1.6,
        points: { show: false },
        ...(dashed && { dash: [4, 4] }),
        ...(stepped && { paths: uPlot.paths.stepped!({ align: 1 }) }),
        value: (_plot: uPlot, value: number | null) => (value === null ? '–' : format(value)),
      })),
    ],
  };
}

/** uPlot counts in seconds. */
function aligned({ at, values }: ChartData): uPlot.AlignedData {
  return [at.map((ms) => ms / 1000), ...values.map((column) => [...column])];
}

/** A flat line stands in the middle, not on the edge. */
function rangeOf(min: number | null, max: number | null, fromZero: boolean): uPlot.Range.MinMax {
  const low = fromZero ? Math.min(0, min ?? 0) : (min ?? 0);
  const high = max ?? 1;
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  return [fromZero && low === 0 ? 0 : low - margin, high + margin];
}
