import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import '../../parts/charts/chart.css';
import { formatAbsolute, formatTimeOfDay } from '../../format/times.js';
import { trendGestures, type TrendGestures } from './trend-gestures.js';
import type { QualitySpan, TrendColumns } from './pen-columns.js';
import type { AxisNumber, TimeRange } from './trend-view.js';

export interface DrawnPen {
  readonly path: string;
  readonly axis: AxisNumber;
  readonly hidden: boolean;
  readonly stepped: boolean;
  /** 0 to 15: the colour, and from 8 on dashes as well. */
  readonly number: number;
}

/** What makes another picture necessary; everything else is data. */
export interface TrendShape {
  readonly pens: readonly DrawnPen[];
  /** Of each axis, for its label. */
  readonly units: readonly (string | null)[];
}

export interface TrendData {
  readonly columns: TrendColumns;
  /** One list per pen. */
  readonly spans: readonly (readonly QualitySpan[])[];
  readonly range: TimeRange;
}

export interface TrendListener extends TrendGestures {
  /** ms since 1970 UTC; null: the pointer is elsewhere. */
  readonly onCursor: (atMs: number | null) => void;
}

export interface DrawnTrend {
  show(data: TrendData): void;
  picture(): Promise<Blob | null>;
  dispose(): void;
}

export const trendHeight = 380;
const laneHeight = 5;
const colours = 8;

const daysMs = 36 * 3_600_000;

export function drawTrend(
  holder: HTMLElement,
  shape: TrendShape,
  data: TrendData,
  listener: TrendListener,
): DrawnTrend {
  let shown = data;
  const plot = new uPlot(
    plotOptions(holder, shape, () => shown, listener),
    aligned(data),
    holder,
  );
  const gestures = trendGestures(plot, () => shown.range, listener);
  const resized = new ResizeObserver(() => plot.setSize({ width: holder.clientWidth, height: trendHeight }));
  resized.observe(holder);
  const show = (next: TrendData): void => {
    shown = next;
    plot.setData(aligned(next), false);
    plot.setScale('x', { min: next.range.fromMs / 1_000, max: next.range.toMs / 1_000 });
  };
  show(data);
  return {
    show,
    picture: () => new Promise((resolve) => plot.ctx.canvas.toBlob(resolve)),
    dispose: () => {
      gestures();
      resized.disconnect();
      plot.destroy();
    },
  };
}

function plotOptions(
  holder: HTMLElement,
  { pens, units }: TrendShape,
  shown: () => TrendData,
  { onCursor, onRange }: TrendListener,
): uPlot.Options {
  const style = getComputedStyle(holder);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const look = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: `12px ${style.fontFamily}`,
    labelFont: `12px ${style.fontFamily}`,
  };
  const used = ([1, 2, 3, 4] as const).filter((axis) => pens.some((pen) => pen.axis === axis && !pen.hidden));
  const first = used[0];
  return {
    width: holder.clientWidth,
    height: trendHeight,
    padding: [null, null, pens.length * laneHeight, null],
    legend: { show: false },
    scales: {
      x: { time: true, range: () => secondsOf(shown().range) },
      ...Object.fromEntries(
        used.map((axis) => [scaleOf(axis), { range: (_plot, min, max) => withMargin(min, max) } satisfies uPlot.Scale]),
      ),
    },
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: 8 },
      bind: { mousedown: (_plot, _target, handler) => (event) => (event.shiftKey ? null : handler(event)) },
    },
    hooks: {
      setCursor: [
        (plot) =>
          onCursor(
            plot.cursor.left === undefined || plot.cursor.left < 0
              ? null
              : plot.posToVal(plot.cursor.left, 'x') * 1_000,
          ),
      ],
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          onRange(
            plot.posToVal(plot.select.left, 'x') * 1_000,
            plot.posToVal(plot.select.left + plot.select.width, 'x') * 1_000,
          );
        },
      ],
      draw: [
        (plot) => drawLanes(plot, pens, shown().spans, { bad: colour('--fault'), uncertain: colour('--warning') }),
      ],
    },
    axes: [
      { ...look, space: 84, values: (_plot, ticks) => ticks.map((at) => tickText(at * 1_000, shown().range)) },
      ...used.map((axis) => ({
        ...look,
        scale: scaleOf(axis),
        side: axis % 2 === 1 ? 3 : 1,
        size: 64,
        grid: { ...look.grid, show: axis === first },
        ...(units[axis - 1] && { label: units[axis - 1]!, labelSize: 18, labelGap: 0 }),
        values: (_plot: uPlot, ticks: number[]) => ticks.map((value) => String(Number(value.toPrecision(6)))),
      })),
    ],
    series: [{}, ...pens.flatMap((pen) => seriesOf(pen, colour(`--pen-${(pen.number % colours) + 1}`)))],
    bands: pens.map((pen, index) => ({
      series: [3 * index + 3, 3 * index + 2],
      fill: `${colour(`--pen-${(pen.number % colours) + 1}`)}2e`,
    })),
  };
}

/** The line, and its least and greatest values, between which a band is filled. */
function seriesOf({ path, axis, hidden, stepped, number }: DrawnPen, stroke: string): uPlot.Series[] {
  const common = {
    scale: scaleOf(axis),
    show: !hidden,
    points: { show: false },
    ...(stepped && { paths: uPlot.paths.stepped!({ align: 1 }) }),
  };
  return [
    { ...common, label: path, stroke, width: 1.6, ...(number >= colours && { dash: [6, 4] }) },
    // a spike of one bucket is narrower than a pixel: its edge is drawn, or nobody would see it
    { ...common, label: `${path}, least`, stroke: `${stroke}99`, width: 1 },
    { ...common, label: `${path}, greatest`, stroke: `${stroke}99`, width: 1 },
  ];
}

const scaleOf = (axis: AxisNumber): string => `y${axis}`;

const secondsOf = ({ fromMs, toMs }: TimeRange): [number, number] => [fromMs / 1_000, toMs / 1_000];

/** uPlot counts in seconds. */
function aligned({ columns }: TrendData): uPlot.AlignedData {
  return [
    columns.atMs.map((ms) => ms / 1_000),
    ...columns.pens.flatMap(({ line, low, high }) => [[...line], [...low], [...high]]),
  ];
}

/** A flat line stands in the middle, not on the edge. */
function withMargin(min: number | null, max: number | null): uPlot.Range.MinMax {
  const [low, high] = [min ?? 0, max ?? 1];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

function tickText(atMs: number, { fromMs, toMs }: TimeRange): string {
  return toMs - fromMs > daysMs ? formatAbsolute(atMs).slice(5, 16) : formatTimeOfDay(atMs);
}

/** Below the curves, a lane for each pen: where it was Bad, or Uncertain. */
function drawLanes(
  plot: uPlot,
  pens: readonly DrawnPen[],
  spans: readonly (readonly QualitySpan[])[],
  colours: Readonly<Record<QualitySpan['quality'], string>>,
): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  spans.forEach((lane, index) => {
    if (pens[index]?.hidden) return;
    const top = bbox.top + bbox.height - (spans.length - index) * laneHeight * scale;
    for (const { fromMs, toMs, quality } of lane) {
      const left = Math.max(bbox.left, plot.valToPos(fromMs / 1_000, 'x', true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(toMs / 1_000, 'x', true));
      ctx.fillStyle = colours[quality];
      if (right > left) ctx.fillRect(left, top, Math.max(scale, right - left), (laneHeight - 1) * scale);
    }
  });
  ctx.restore();
}
