import type { AlarmDesk } from './alarm-desk.js';
import type { GatewayActs } from './gateway-acts.js';
import type { HistoryDesk } from './history-desk.js';

/**
 * Where a service asks for what other parts of the gateway know or do. Requests and answers are plain data that `structuredClone` copies,
 * so that a service in a Host asks as one in the gateway does.
 */
export interface GatewayDesks {
  readonly history: HistoryDesk;
  readonly alarms: AlarmDesk;
  readonly acts: GatewayActs;
}

/** What may be asked of each desk: the names of its methods, for a channel that carries them. */
export const deskMethods = {
  history: ['raw', 'atTime', 'processed', 'buckets', 'extents', 'paths'],
  alarms: ['act'],
  acts: ['drivers', 'driver', 'publish', 'rollback'],
} as const satisfies { readonly [Desk in keyof GatewayDesks]: readonly (keyof GatewayDesks[Desk])[] };

export type DeskName = keyof GatewayDesks;
