import type { PostMortem, PostMortemOperation } from '@fieldwarden/admin-contract';
import { useMemo, useState, type ReactElement } from 'react';
import { postMortemResource } from '../../api/driver-requests.js';
import { formatInterval, formatTimeOfDay } from '../../format/times.js';
import { Button } from '../../parts/button.js';
import { Chart } from '../../parts/charts/chart.js';
import type { ChartSeries } from '../../parts/charts/draw-chart.js';
import { Loaded } from '../../parts/loaded.js';
import { useResource } from '../../state/resources.js';

export function PostMortemReport({ driverId, id }: { readonly driverId: string; readonly id: string }): ReactElement {
  const state = useResource(postMortemResource(driverId, id));
  return (
    <Loaded state={state} what="the post-mortem">
      {(report) => (
        <div className="body report">
          <p>
            Everybody who waited for it was told: {report.error.message} <code>{report.error.code}</code>
          </p>
          <Stack report={report} />
          <Operations operations={report.operations} />
          <LogTail lines={report.logTail} />
          <Memory report={report} />
        </div>
      )}
    </Loaded>
  );
}

function Stack({ report: { stack, stackMissing } }: { readonly report: PostMortem }): ReactElement | null {
  if (stack === null && stackMissing === null) return null;
  return (
    <section aria-label="Where it stood">
      <h2 className="minor">Where it stood</h2>
      {stack === null ? <p className="soft">{stackMissing}</p> : <pre className="command">{stack}</pre>}
    </section>
  );
}

const shownOperations = 15;

function Operations({ operations }: { readonly operations: readonly PostMortemOperation[] }): ReactElement | null {
  const [all, setAll] = useState(false);
  if (operations.length === 0) return null;
  const newestFirst = operations.toReversed();
  const shown = all ? newestFirst : newestFirst.slice(0, shownOperations);
  return (
    <section aria-label="Last operations">
      <h2 className="minor">Last operations, newest first</h2>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col">Operation</th>
              <th scope="col">Device</th>
              <th scope="col" className="number">
                Took
              </th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ startedAt, capability, device, durationMs, result }, index) => (
              <tr key={`${startedAt} ${index}`}>
                <td>{formatTimeOfDay(Date.parse(startedAt))}</td>
                <td>{capability}</td>
                <td>{device ?? '–'}</td>
                <td className="number">{durationMs === null ? 'not ended' : formatInterval(durationMs)}</td>
                <td>{result}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < operations.length && (
        <Button small onClick={() => setAll(true)}>
          Show all {operations.length}
        </Button>
      )}
    </section>
  );
}

function LogTail({ lines }: { readonly lines: readonly string[] }): ReactElement {
  return (
    <section aria-label="Its last lines">
      <h2 className="minor">Its last lines</h2>
      {lines.length === 0 ? (
        <p className="soft">It wrote nothing.</p>
      ) : (
        <pre className="command">{lines.join('\n')}</pre>
      )}
    </section>
  );
}

const memorySeries: readonly ChartSeries[] = [
  { name: 'Private', colour: 1 },
  { name: 'Heap', colour: 2 },
];

function Memory({ report: { memory } }: { readonly report: PostMortem }): ReactElement | null {
  const data = useMemo(
    () => ({
      at: memory.map(({ at }) => Date.parse(at)),
      values: [
        memory.map(({ privateBytes, rssBytes }) => privateBytes ?? rssBytes),
        memory.map(({ heapUsedBytes }) => heapUsedBytes),
      ],
    }),
    [memory],
  );
  if (memory.length < 2) return null;
  return (
    <section aria-label="Its memory">
      <h2 className="minor">Its memory</h2>
      <Chart
        unit="bytes"
        height={160}
        fromZero
        series={memorySeries}
        data={data}
        label="Memory of the process until its end"
      />
    </section>
  );
}
