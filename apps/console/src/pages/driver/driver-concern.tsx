import type { ReactElement } from 'react';
import { useFleet } from '../../fleet/use-fleet.js';
import { AttentionList } from '../overview/attention-list.js';
import '../overview/overview.css';

/** What needs attention of this driver alone. */
export function DriverConcern({ driverId }: { readonly driverId: string }): ReactElement | null {
  const fleet = useFleet();
  const concerns = fleet.concerns.filter((concern) => concern.driverId === driverId);
  return concerns.length === 0 ? null : <AttentionList fleet={{ ...fleet, concerns }} />;
}
