import type { AlarmEvent } from '@fieldwarden/driver';
import type { Alarm, AlarmSubject } from '@fieldwarden/gateway-contract';

/** One alarm of the book as it outlives the gateway. */
export type KeptAlarm =
  /** Raised in the gateway. */
  | { readonly type: 'raised'; readonly subject: AlarmSubject; readonly alarm: Alarm }
  /** Reported by a device. */
  | { readonly type: 'reported'; readonly driverId: string; readonly deviceId: string; readonly event: AlarmEvent };

/** Where the book is kept over restarts. Keys name alarms uniquely and have any length. */
export interface AlarmMemory {
  /** What was kept; what cannot be understood is left out. */
  load(): Promise<readonly KeptAlarm[]>;
  /** On disk soon. `alarm` undefined: it is of no interest any more. */
  save(key: string, alarm: KeptAlarm | undefined): void;
  /** Everything saved so far is on disk. Rejects when the disk refuses. */
  settled(): Promise<void>;
}
