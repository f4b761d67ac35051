import type { Driver, DriverCurves } from '@fieldwarden/admin-contract';
import { useMemo, type ReactElement } from 'react';
import { formatBytes } from '../../format/bytes.js';
import { Chart } from '../../parts/charts/chart.js';
import type { ChartSeries } from '../../parts/charts/draw-chart.js';

interface DriverCurveChartsProps {
  readonly curves: DriverCurves;
  readonly memory: Driver['memory'];
}

const height = 150;

const cpu: readonly ChartSeries[] = [{ name: 'CPU', colour: 2 }];
const heartbeat: readonly ChartSeries[] = [{ name: 'Heartbeat', colour: 3 }];

export function DriverCurveCharts({ curves, memory }: DriverCurveChartsProps): ReactElement {
  const { at, memoryBytes, cpuPercent, heartbeatMs } = curves;
  const limits = useMemo(() => nearLimits(memory, memoryBytes), [memory, memoryBytes]);
  const memorySeries: readonly ChartSeries[] = [
    { name: 'Memory', colour: 1 },
    ...limits.map(({ name }) => ({ name, colour: 2, dashed: true }) as const),
  ];
  const memoryData = useMemo(
    () => ({ at, values: [memoryBytes, ...limits.map(({ bytes }) => at.map(() => bytes))] }),
    [at, memoryBytes, limits],
  );
  const cpuData = useMemo(() => ({ at, values: [cpuPercent] }), [at, cpuPercent]);
  const heartbeatData = useMemo(() => ({ at, values: [heartbeatMs] }), [at, heartbeatMs]);
  return (
    <div className="curves">
      <section aria-label="Memory">
        <h2 className="minor">Memory</h2>
        <Chart
          unit="bytes"
          height={height}
          fromZero
          series={memorySeries}
          data={memoryData}
          label={memoryLabel(memory)}
        />
      </section>
      {cpuPercent.some((value) => value !== null) && (
        <section aria-label="CPU">
          <h2 className="minor">CPU</h2>
          <Chart unit="percent" height={height} fromZero series={cpu} data={cpuData} label="CPU over the last hour" />
        </section>
      )}
      {heartbeatMs.some((value) => value !== null) && (
        <section aria-label="Heartbeat">
          <h2 className="minor">Age of the heartbeat</h2>
          <Chart
            unit="ms"
            height={height}
            fromZero
            series={heartbeat}
            data={heartbeatData}
            label="Age of the heartbeat over the last hour"
          />
        </section>
      )}
    </div>
  );
}

function memoryLabel({ bytes, softBytes, hardBytes }: Driver['memory']): string {
  return `Memory over the last hour, now ${formatBytes(bytes)}; soft limit ${formatBytes(softBytes)}, hard limit ${formatBytes(hardBytes)}`;
}

/** A limit far above everything measured would press the curve flat: its number stands among the facts. */
function nearLimits(
  { softBytes, hardBytes }: Driver['memory'],
  measured: readonly (number | null)[],
): readonly { readonly name: string; readonly bytes: number }[] {
  const peak = Math.max(0, ...measured.map((bytes) => bytes ?? 0));
  return [
    { name: 'Soft limit', bytes: softBytes },
    { name: 'Hard limit', bytes: hardBytes },
  ].flatMap(({ name, bytes }) => (bytes !== null && bytes <= peak * 4 ? [{ name, bytes }] : []));
}
