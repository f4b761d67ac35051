import { useEffect, useImperativeHandle, useRef, useSyncExternalStore, type ReactElement, type Ref } from 'react';
import { themeStore } from '../../app/theme.js';
import { isSystemDark, onSystemTheme } from '../../parts/charts/system-theme.js';
import { useStore } from '../../state/store.js';
import type { DrawnTrend, TrendData, TrendListener, TrendShape } from './draw-trend.js';

export interface TrendChartHandle {
  /** As it is on the screen; null before the first picture. */
  picture(): Promise<Blob | null>;
}

interface TrendChartProps {
  readonly shape: TrendShape;
  readonly data: TrendData;
  readonly listener: TrendListener;
  /** What the picture says in words; the table below it has every value. */
  readonly label: string;
  readonly ref: Ref<TrendChartHandle>;
}

/** The curves. The library comes with the first chart that is looked at. */
export function TrendChart({ shape, data, listener, label, ref }: TrendChartProps): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnTrend>(undefined);
  const latest = useRef({ data, listener });
  const theme = useStore(themeStore);
  const systemDark = useSyncExternalStore(onSystemTheme, isSystemDark);
  const shapeText = JSON.stringify(shape);
  useImperativeHandle(ref, () => ({ picture: () => drawn.current?.picture() ?? Promise.resolve(null) }), []);
  useEffect(() => {
    latest.current = { data, listener };
    drawn.current?.show(data);
  }, [data, listener]);
  useEffect(() => {
    let gone = false;
    const told: TrendListener = {
      onCursor: (atMs) => latest.current.listener.onCursor(atMs),
      onRange: (fromMs, toMs) => latest.current.listener.onRange(fromMs, toMs),
      onScale: (factor, aroundMs) => latest.current.listener.onScale(factor, aroundMs),
      onBack: () => latest.current.listener.onBack(),
    };
    void import('./draw-trend.js').then(({ drawTrend }) => {
      if (gone || !holder.current) return;
      drawn.current = drawTrend(holder.current, JSON.parse(shapeText) as TrendShape, latest.current.data, told);
    });
    return () => {
      gone = true;
      drawn.current?.dispose();
      drawn.current = undefined;
    };
  }, [shapeText, theme, systemDark]);
  return <div className="chart trend-chart" ref={holder} role="img" aria-label={label} />;
}
