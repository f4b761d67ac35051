import { availableActions } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useMay } from '../../access/use-may.js';
import { askForAction } from '../../fleet/action-dialog.js';
import { actionTexts } from '../../fleet/driver-actions.js';
import { lateness } from '../../fleet/worst-rows.js';
import { formatAchieved, formatInterval } from '../../format/times.js';
import { ActionsHeader } from '../../parts/actions-header.js';
import { Badge, DeviceBadge, DriverBadge } from '../../parts/badge.js';
import { MenuButton } from '../../parts/menu-button.js';
import { SortableHeader, type Sorting } from '../../parts/sortable.js';
import { Time } from '../../parts/time.js';
import type { HostColumn, HostTableRow } from './host-table-rows.js';
import { MemoryCell } from './memory-cell.js';

interface HostTableProps {
  readonly rows: readonly HostTableRow[];
  readonly sorting: Sorting<HostColumn>;
  readonly onSort: (sorting: Sorting<HostColumn>) => void;
}

export function HostTable({ rows, sorting, onSort }: HostTableProps): ReactElement {
  const sort = { sorting, onSort };
  return (
    <div className="table-scroll">
      <table className="table hosts">
        <thead>
          <tr>
            <SortableHeader column="driver" {...sort}>
              Driver
            </SortableHeader>
            <SortableHeader column="device" {...sort}>
              Device
            </SortableHeader>
            <SortableHeader column="state" {...sort}>
              State
            </SortableHeader>
            <SortableHeader column="failures" className="number" {...sort}>
              Failures
            </SortableHeader>
            <SortableHeader column="scan" className="number" {...sort}>
              Scan
            </SortableHeader>
            <SortableHeader column="memory" className="medium-only" {...sort}>
              Memory
            </SortableHeader>
            <SortableHeader
              column="breaker"
              className="wide-only"
              title="When the breaker of the device last opened"
              {...sort}
            >
              Opened
            </SortableHeader>
            <SortableHeader column="recycle" className="wide-only" {...sort}>
              Recycled
            </SortableHeader>
            <ActionsHeader />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.row.driverId}/${row.row.device}`} {...row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, driver }: HostTableRow): ReactElement {
  const may = useMay('operate');
  return (
    <tr>
      <td>
        <div className="two-lines">
          <span className="live">
            <Link href={`/drivers/${row.driverId}`}>{row.driverId}</Link>
            {driver.state !== 'Healthy' && (
              <>
                {' '}
                <DriverBadge state={driver.state} />
              </>
            )}
          </span>
          <span className="soft">
            {row.driverType}, {row.isolation === 'host' ? 'own Host' : 'in-process'}
          </span>
        </div>
      </td>
      <td>{row.device}</td>
      <td className="live">
        <DeviceBadge state={row.deviceState} tagsBad={row.tagsBad} />
      </td>
      <td className="number live">
        {row.alert ? (
          <Badge
            tone="fault"
            icon="warning"
            word={`${row.consecutiveFailures} of ${row.breakerThreshold}`}
            meaning={`${row.consecutiveFailures} failures in a row; the device goes off scan at ${row.breakerThreshold}.`}
          />
        ) : (
          row.consecutiveFailures
        )}
      </td>
      <td className="number live">
        <ScanCell row={row} />
      </td>
      <td className="medium-only live">
        <MemoryCell row={row} driver={driver} />
      </td>
      <td className="wide-only">
        <Time at={row.lastBreakerOpenAt} otherwise="never" />
      </td>
      <td className="wide-only">
        <Time at={row.lastRecycleAt} otherwise="never" />
      </td>
      <td>
        <MenuButton
          description={`Actions for driver ${driver.id}`}
          items={availableActions(driver).map((action) => ({
            label: actionTexts[action].label,
            may,
            onSelect: () => askForAction(driver, action),
          }))}
        />
      </td>
    </tr>
  );
}

function ScanCell({ row }: Pick<HostTableRow, 'row'>): ReactElement {
  const late = lateness(row) > 1.1;
  const title = `Requested every ${formatInterval(row.requestedScanMs)}, achieved ${formatInterval(row.achievedScanMs)}; ${row.overruns} overruns`;
  return (
    <span title={title}>
      {formatAchieved(row.achievedScanMs, row.requestedScanMs)}
      {late && (
        <>
          {' '}
          <Badge tone="warning" icon="hourglass" word="late" />
        </>
      )}
    </span>
  );
}
