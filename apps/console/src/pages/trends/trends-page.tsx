import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { counted } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { MenuButton } from '../../parts/menu-button.js';
import { useNow } from '../../parts/now.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { saveAs } from '../../parts/save-as.js';
import { toast } from '../../parts/toasts.js';
import { browserClock } from '../../platform/browser-clock.js';
import type { TrendData, TrendListener, TrendShape } from './draw-trend.js';
import { qualitySpans, trendColumns, trendCsv, type PenSeries } from './pen-columns.js';
import { PenPicker } from './pen-picker.js';
import { PenTable } from './pen-table.js';
import { SavedTrendsMenu } from './saved-trends-menu.js';
import { SpanBar } from './span-bar.js';
import { TrendChart, type TrendChartHandle } from './trend-chart.js';
import {
  axisNumbers,
  fixedView,
  liveView,
  scaledView,
  searchOf,
  shiftedView,
  viewOf,
  withChangedPen,
  withoutPen,
  withPen,
  type TrendView,
} from './trend-view.js';
import './trends.css';
import { useTrends } from './use-trends.js';

/** Curves of up to sixteen tags over any stretch of time that is kept. */
export function TrendsPage(): ReactElement {
  const { view, setView, back } = useViewInAddress();
  const paths = useMemo(() => view.pens.map(({ path }) => path), [view.pens]);
  const { series, range, loading, problem } = useTrends(paths, view.span);
  const byPath = useMemo(() => new Map(series.map((each) => [each.path, each])), [series]);
  const shown = useMemo(
    () => paths.map((path) => byPath.get(path) ?? { path, unit: null, type: 'float64', stepped: false, points: [] }),
    [paths, byPath],
  );
  const [cursorMs, setCursorMs] = useState<number | null>(null);
  const chart = useRef<TrendChartHandle>(null);
  const now = useNow();
  const change = useCallback((next: (view: TrendView) => TrendView) => setView(next), [setView]);
  const listener = useMemo<TrendListener>(
    () => ({
      onCursor: setCursorMs,
      onRange: (fromMs, toMs) => change((before) => fixedView(before, fromMs, toMs)),
      onScale: (factor, aroundMs) => change((before) => scaledView(before, factor, browserClock.now(), aroundMs)),
      onBack: back,
    }),
    [change, back],
  );
  const data = useTrendData(shown, range, now);
  const shape = useTrendShape(view, shown);
  return (
    <div className="page">
      <header>
        <h1>Trends</h1>
        <div className="toolbar">
          <span className="soft" role="status">
            {loading && view.span.kind === 'fixed'
              ? 'Loading …'
              : view.pens.length > 0 && counted(view.pens.length, 'pen')}
          </span>
          <SavedTrendsMenu search={searchOf(view)} onOpen={(search) => setView(() => viewOf(search))} />
          <ExportMenu series={shown} chart={() => chart.current} />
        </div>
      </header>
      <div className="trend-head">
        <PenPicker taken={paths} onPick={(path) => change((before) => withPen(before, path))} />
        <SpanBar view={view} nowMs={now} onChange={(next) => setView(() => next)} />
      </div>
      {problem && <ProblemNote error={problem} title="The history could not be read" />}
      {view.pens.length === 0 ? (
        <NoPens />
      ) : (
        <section
          className="card trend"
          aria-label="Curves; arrows move, plus and minus scale, Home follows the present"
          tabIndex={0}
          onKeyDown={(event) => keyed(event, change)}
        >
          <TrendChart
            ref={chart}
            shape={shape}
            data={data}
            listener={listener}
            label={`Curves of ${paths.join(', ')}`}
          />
          <PenTable
            pens={view.pens}
            series={byPath}
            cursorMs={cursorMs}
            endMs={Math.min(range.toMs, now)}
            onChange={(path, changed) => change((before) => withChangedPen(before, path, changed))}
            onRemove={(path) => change((before) => withoutPen(before, path))}
          />
        </section>
      )}
    </div>
  );
}

/** The address is the view; what was zoomed or moved can be taken back. */
function useViewInAddress() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const view = useMemo(() => viewOf(search), [search]);
  const latest = useRef(view);
  latest.current = view;
  const before = useRef<TrendView[]>([]);
  const go = useCallback((next: TrendView) => navigate(`/trends?${searchOf(next)}`, { replace: true }), [navigate]);
  const setView = useCallback(
    (next: (view: TrendView) => TrendView) => {
      const changed = next(latest.current);
      if (searchOf(changed) === searchOf(latest.current)) return;
      before.current = [...before.current.slice(-99), latest.current];
      latest.current = changed;
      go(changed);
    },
    [go],
  );
  const back = useCallback(() => {
    const last = before.current.pop();
    if (last) go({ ...latest.current, span: last.span });
  }, [go]);
  return { view, setView, back };
}

function useTrendData(series: readonly PenSeries[], range: TrendData['range'], nowMs: number): TrendData {
  const columns = useMemo(() => trendColumns(series, range, nowMs), [series, range, nowMs]);
  const spans = useMemo(
    () => series.map(({ points }) => qualitySpans(points, Math.min(range.toMs, nowMs))),
    [series, range, nowMs],
  );
  return useMemo(() => ({ columns, spans, range }), [columns, spans, range]);
}

function useTrendShape({ pens }: TrendView, series: readonly PenSeries[]): TrendShape {
  return useMemo(() => {
    const units = axisNumbers.map((axis) => {
      const on = series.filter((_each, index) => pens[index]?.axis === axis).map(({ unit }) => unit);
      return [...new Set(on.filter((unit) => unit !== null && unit !== ''))].join(', ') || null;
    });
    return { pens: pens.map((pen, number) => ({ ...pen, number, stepped: series[number]?.stepped ?? false })), units };
  }, [pens, series]);
}

const keyShift = 0.25;

function keyed(event: KeyboardEvent, change: (next: (view: TrendView) => TrendView) => void): void {
  if (event.target !== event.currentTarget) return;
  const nowMs = browserClock.now();
  const acts: Readonly<Record<string, (view: TrendView) => TrendView>> = {
    ArrowLeft: (view) => shiftedView(view, -keyShift, nowMs),
    ArrowRight: (view) => shiftedView(view, keyShift, nowMs),
    '+': (view) => scaledView(view, 0.5, nowMs),
    '-': (view) => scaledView(view, 2, nowMs),
    Home: (view) => liveView(view, view.span.kind === 'live' ? view.span.lengthMs : view.span.toMs - view.span.fromMs),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  change(act);
}

interface ExportMenuProps {
  readonly series: readonly PenSeries[];
  readonly chart: () => TrendChartHandle | null;
}

function ExportMenu({ series, chart }: ExportMenuProps): ReactElement {
  const savePicture = async (): Promise<void> => {
    const picture = await chart()?.picture();
    if (picture) saveAs('trend.png', picture);
    else toast('warning', 'There is no picture yet: add a tag first');
  };
  const items = [
    { label: 'What is shown, as CSV', onSelect: () => saveAs('trend.csv', trendCsv(series)) },
    { label: 'The picture, as PNG', onSelect: () => void savePicture() },
  ];
  return (
    <MenuButton description="Export the trend" items={items}>
      Export
    </MenuButton>
  );
}

function NoPens(): ReactElement {
  return (
    <section className="card" aria-label="Curves">
      <EmptyState title="No tag in this trend yet">
        <p>
          Type a few letters of its path above and press Enter. Up to sixteen tags share one picture; the address of
          this page holds it, so a link shows the same to everybody.
        </p>
      </EmptyState>
    </section>
  );
}
