import type { ReactElement } from 'react';
import { memoryTrails } from '../../fleet/memory-trails.js';
import { formatBytes } from '../../format/bytes.js';
import { Badge } from '../../parts/badge.js';
import { Sparkline } from '../../parts/charts/sparkline.js';
import type { HostTableRow } from './host-table-rows.js';

/** Memory of the driver over the last minutes, against its limits where they are near. */
export function MemoryCell({ driver }: HostTableRow): ReactElement {
  const { bytes, softBytes, hardBytes, state } = driver.memory;
  const limits = [
    ...(softBytes === null ? [] : [{ value: softBytes, name: 'soft' }]),
    ...(hardBytes === null ? [] : [{ value: hardBytes, name: 'hard' }]),
  ];
  const label = `Memory ${formatBytes(bytes)}; soft limit ${formatBytes(softBytes)}, hard limit ${formatBytes(hardBytes)}`;
  return (
    <span className="memory" title={label}>
      <Sparkline values={memoryTrails.of(driver.id)} limits={limits} label={label} />
      <span className="nowrap">{formatBytes(bytes)}</span>
      {(state === 'Soft' || state === 'Hard') && (
        <Badge tone={state === 'Hard' ? 'fault' : 'warning'} icon="warning" word={state} />
      )}
    </span>
  );
}
