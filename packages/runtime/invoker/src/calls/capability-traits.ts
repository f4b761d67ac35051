import type { Capability } from '@fieldwarden/driver';
import type { Lane } from '../pipeline/bulkhead.js';

/** How a pipeline tells capabilities apart, beyond what is configured. */
export interface CapabilityTraits {
  readonly lane: Lane;
  /** Changes something in the plant: never repeated unless said to be idempotent (SPEC §5.4), and no sign of a wedge while it waits (§6.4). */
  readonly acts: boolean;
}

const asks: CapabilityTraits = { lane: 'urgent', acts: false };
const acts: CapabilityTraits = { lane: 'urgent', acts: true };
const scans: CapabilityTraits = { lane: 'normal', acts: false };
const recalls: CapabilityTraits = { lane: 'background', acts: false };

export const traitsOf: Readonly<Record<Capability, CapabilityTraits>> = {
  discover: asks,
  read: scans,
  write: acts,
  subscribe: asks,
  unsubscribe: asks,
  probe: asks,
  subscribeAlarms: asks,
  unsubscribeAlarms: asks,
  acknowledge: acts,
  readRaw: recalls,
  readProcessed: recalls,
  readAtTime: recalls,
  readEvents: recalls,
  callMethod: acts,
};
