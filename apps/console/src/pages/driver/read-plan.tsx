import type { DevicePlan, ScanPlan } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { planResource } from '../../api/driver-requests.js';
import { counted, formatCount, formatPercent } from '../../format/numbers.js';
import { formatInterval } from '../../format/times.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { useResource } from '../../state/resources.js';

/** What polling asks of each device, request by request. */
export function ReadPlan({ driverId }: { readonly driverId: string }): ReactElement {
  const state = useResource(planResource(driverId));
  return (
    <Loaded state={state} what="the read plan">
      {({ devices }) =>
        devices.length === 0 ? (
          <EmptyState title="Nothing is polled" />
        ) : (
          <div className="body plan">
            {devices.flatMap((device) =>
              device.scans.map((scan) => <Scan key={`${device.device} ${scan.scanMs}`} device={device} scan={scan} />),
            )}
          </div>
        )
      }
    </Loaded>
  );
}

/** More requests than this are summed up. */
const shownRequests = 200;

function Scan({ device: { device }, scan }: { readonly device: DevicePlan; readonly scan: ScanPlan }): ReactElement {
  const { requests, estimatedCycleMs, avoided = [] } = scan.plan;
  return (
    <section aria-label={`${device} every ${formatInterval(scan.scanMs)}`}>
      <h2 className="minor">
        {device}, every {formatInterval(scan.scanMs)}
      </h2>
      <p className="soft">
        {counted(scan.tags, 'tag')} in {counted(requests.length, 'request')}; a cycle takes about{' '}
        {formatInterval(estimatedCycleMs)}, that is {formatPercent((estimatedCycleMs / scan.scanMs) * 100)} of the
        interval.
      </p>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col" className="number">
                Tags
              </th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col" className="number">
                Of that gaps
              </th>
            </tr>
          </thead>
          <tbody>
            {requests.slice(0, shownRequests).map(({ what, points, size, gap }) => (
              <tr key={what}>
                <td className="mono">{what}</td>
                <td className="number">{formatCount(points)}</td>
                <td className="number">{formatCount(size)}</td>
                <td className="number">{formatCount(gap)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {requests.length > shownRequests && (
        <p className="soft">And {formatCount(requests.length - shownRequests)} more.</p>
      )}
      {avoided.length > 0 && <Avoided avoided={avoided} />}
    </section>
  );
}

function Avoided({ avoided }: { readonly avoided: NonNullable<ScanPlan['plan']['avoided']> }): ReactElement {
  return (
    <>
      <h3 className="minor">Kept clear of</h3>
      <p className="soft">
        The device answers, but not this. It is left out, or asked for apart and more rarely, so that the other tags
        stay Good.
      </p>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="number">
                Tags
              </th>
              <th scope="col">Why</th>
              <th scope="col">Tried again</th>
            </tr>
          </thead>
          <tbody>
            {avoided.slice(0, shownRequests).map(({ what, points, reason, retestInMs }) => (
              <tr key={what}>
                <td className="mono">{what}</td>
                <td className="number">{formatCount(points)}</td>
                <td>{reason}</td>
                <td>
                  {retestInMs > 0 ? `in ${formatInterval(Math.ceil(retestInMs / 1000) * 1000)}` : 'with the next scan'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {avoided.length > shownRequests && (
        <p className="soft">And {formatCount(avoided.length - shownRequests)} more.</p>
      )}
    </>
  );
}
