import type { HostRow } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { worstRows } from '../../fleet/worst-rows.js';
import { formatAchieved } from '../../format/times.js';
import { DeviceBadge } from '../../parts/badge.js';
import { EmptyState } from '../../parts/empty-state.js';

const shown = 6;

export function WorstDevices({ rows }: { readonly rows: readonly HostRow[] }): ReactElement {
  const worst = worstRows(rows, shown);
  return (
    <section className="card" aria-label="Worst devices">
      <header>
        <h2>Worst devices</h2>
        <Link href="/hosts">All devices</Link>
      </header>
      {worst.length === 0 ? (
        <EmptyState title={rows.length === 0 ? 'No devices yet' : `All ${rows.length} devices answer, and on time`} />
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">State</th>
              <th scope="col" className="number">
                Failures
              </th>
              <th scope="col" className="number">
                Scan
              </th>
            </tr>
          </thead>
          <tbody>
            {worst.map((row) => (
              <WorstRow key={`${row.driverId}/${row.device}`} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function WorstRow({ row }: { readonly row: HostRow }): ReactElement {
  return (
    <tr>
      <td>
        <Link href={`/drivers/${row.driverId}`}>
          {row.driverId} / {row.device}
        </Link>
      </td>
      <td>
        <DeviceBadge state={row.deviceState} tagsBad={row.tagsBad} />
      </td>
      <td className="number live">{row.consecutiveFailures}</td>
      <td className="number live">{formatAchieved(row.achievedScanMs, row.requestedScanMs)}</td>
    </tr>
  );
}
