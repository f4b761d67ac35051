import { useEffect, useRef, useSyncExternalStore, type ReactElement } from 'react';
import { themeStore } from '../../app/theme.js';
import { useStore } from '../../state/store.js';
import { isSystemDark, onSystemTheme } from './system-theme.js';
import type { ChartData, ChartOptions, DrawnChart } from './draw-chart.js';

interface ChartProps extends ChartOptions {
  readonly data: ChartData;
  /** What the curve says in words, for those who do not see it. */
  readonly label: string;
}

/** A curve over time. The library comes with the first chart that is looked at. */
export function Chart({ data, label, ...options }: ChartProps): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<DrawnChart>(undefined);
  const latest = useRef(data);
  const theme = useStore(themeStore);
  const systemDark = useSyncExternalStore(onSystemTheme, isSystemDark);
  const shape = JSON.stringify(options);
  useEffect(() => {
    let gone = false;
    void import('./draw-chart.js').then(({ drawChart }) => {
      if (gone || !holder.current) return;
      chart.current = drawChart(holder.current, JSON.parse(shape) as ChartOptions, latest.current);
    });
    return () => {
      gone = true;
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, [shape, theme, systemDark]);
  useEffect(() => {
    latest.current = data;
    chart.current?.show(data);
  }, [data]);
  return <div className="chart" ref={holder} role="img" aria-label={label} />;
}
