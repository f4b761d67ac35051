import type {
  Acknowledgement,
  DiscoverQuery,
  EventHistoryQuery,
  MethodCall,
  Point,
  ProcessedHistoryQuery,
  RawHistoryQuery,
  WriteItem,
} from '@fieldwarden/driver';

/** What a `request` message asks of the session in a Host. Points of reads and subscriptions went ahead, under the number of a plan. */
export type CapabilityRequest =
  | { readonly capability: 'read'; readonly plan: number }
  | { readonly capability: 'write'; readonly deviceId: string; readonly items: readonly WriteItem[] }
  | { readonly capability: 'probe'; readonly deviceId: string }
  | { readonly capability: 'discover'; readonly deviceId: string; readonly query: DiscoverQuery }
  /** `plan` is from now on also the number of the subscription; `credits` are update messages that may be under way. */
  | { readonly capability: 'subscribe'; readonly plan: number; readonly credits: number }
  | { readonly capability: 'unsubscribe'; readonly plan: number }
  | {
      readonly capability: 'subscribeAlarms';
      readonly deviceId: string;
      readonly subscription: number;
      readonly credits: number;
    }
  | { readonly capability: 'unsubscribeAlarms'; readonly deviceId: string; readonly subscription: number }
  | { readonly capability: 'acknowledge'; readonly deviceId: string; readonly items: readonly Acknowledgement[] }
  | {
      readonly capability: 'readRaw';
      readonly deviceId: string;
      readonly point: Point;
      readonly query: RawHistoryQuery;
    }
  | {
      readonly capability: 'readProcessed';
      readonly deviceId: string;
      readonly point: Point;
      readonly query: ProcessedHistoryQuery;
    }
  | {
      readonly capability: 'readAtTime';
      readonly deviceId: string;
      readonly point: Point;
      readonly timesMs: readonly number[];
    }
  | { readonly capability: 'readEvents'; readonly deviceId: string; readonly query: EventHistoryQuery }
  | { readonly capability: 'callMethod'; readonly deviceId: string; readonly method: MethodCall }
  | { readonly capability: 'describePlan'; readonly plan: number }
  | {
      readonly capability: 'setDevices';
      readonly devices: readonly { readonly id: string; readonly options: unknown }[];
    }
  | { readonly capability: Maintenance };

/**
 * What the Supervisor asks of a Host for its own sake, not for a caller's. Needs no credit, so that it gets through to a session
 * whose calls are all stuck, and is no progress. `gc` collects the garbage of the whole process.
 */
export const maintenance = ['reinitialize', 'flushOptionalCaches', 'gc'] as const;

export type Maintenance = (typeof maintenance)[number];

export function isMaintenance(request: CapabilityRequest): request is { readonly capability: Maintenance } {
  return (maintenance as readonly string[]).includes(request.capability);
}

/** Calls that act on a device: they go ahead of those that only ask. */
export function isAction({ capability }: CapabilityRequest): boolean {
  return capability === 'write' || capability === 'acknowledge' || capability === 'callMethod';
}

/** Calls whose answer comes in `rows`. */
export function isHistory({ capability }: CapabilityRequest): boolean {
  return (
    capability === 'readRaw' ||
    capability === 'readProcessed' ||
    capability === 'readAtTime' ||
    capability === 'readEvents'
  );
}
