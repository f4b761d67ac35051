import { useMemo, type ReactElement } from 'react';
import { counted } from '../../format/numbers.js';
import { Chart } from '../../parts/charts/chart.js';
import type { ChartSeries } from '../../parts/charts/draw-chart.js';
import type { OutletView } from './outlet-view.js';

const series: readonly ChartSeries[] = [{ name: 'Waiting messages', colour: 1, stepped: true }];
const height = 120;

/** How the backlog grew and shrank in the last ten minutes, and now. */
export function BacklogChart({ outlet }: { readonly outlet: OutletView }): ReactElement | null {
  const { backlog, pending } = outlet;
  const last = backlog?.at.at(-1);
  // What was loaded again is another object each time; the curve is only when it has another point.
  const data = useMemo(() => backlog && { at: backlog.at, values: [backlog.pending] }, [last]);
  if (!data) return null;
  return (
    <section className="backlog" aria-label={`Backlog of ${outlet.service.id}`}>
      <h3 className="minor">Backlog of the last minutes</h3>
      <Chart
        unit="number"
        height={height}
        fromZero
        series={series}
        data={data}
        label={`Messages that wait for the broker, over the last ten minutes; now ${counted(pending, 'message')}`}
      />
    </section>
  );
}
