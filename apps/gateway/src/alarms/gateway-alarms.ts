import type { ActOutcome } from '@fieldwarden/admin-api';
import type { AlarmRow } from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import type { EventLog } from '@fieldwarden/observe';

/** Conditions of the gateway: a handful for each driver at most. */
const defaultCapacity = 1_000;

const defaultSeverity = 500;

/** OPC UA 10000-5, 6.4.2: 1 to 1000. By condition. */
const severities: Readonly<Record<string, number>> = {
  'restart-storm': 900,
  'configuration-held': 800,
  'configuration-apply': 700,
  'rolled-back': 700,
  'configuration-stale': 600,
};

/** An alarm that somebody has seen; `eventId` undefined: as it is now. */
export interface SeenGatewayAlarm {
  readonly driverId: string | null;
  readonly conditionId: string;
  readonly eventId: string | undefined;
  readonly comment: string;
}

/**
 * The alarms that the gateway itself raises, as its `alarm` events tell them: `data.conditionId` names the condition, `data.active` says
 * whether it persists; an alarm without that happened once. They stay until they are over and acknowledged, as those of a device do.
 */
export class GatewayAlarms implements Disposable {
  readonly #events: Pick<EventLog, 'append' | 'subscribe'>;
  readonly #capacity: number;
  readonly #rows = new Map<string, AlarmRow>();
  readonly #subscription: Disposable;
  #leftOut = 0;

  constructor(events: Pick<EventLog, 'append' | 'subscribe'>, capacity = defaultCapacity) {
    this.#events = events;
    this.#capacity = capacity;
    this.#subscription = events.subscribe((event) => this.#heard(event));
  }

  /** In no order. */
  get rows(): readonly AlarmRow[] {
    return [...this.#rows.values()];
  }

  /** Conditions that found no room; their events were told all the same. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Throws `ALARM_UNKNOWN`. */
  acknowledge({ driverId, conditionId, eventId, comment }: SeenGatewayAlarm): ActOutcome {
    const row = this.#rows.get(keyOf(driverId, conditionId));
    if (!row) throw unknownAlarm(conditionId);
    if (eventId !== undefined && eventId !== row.eventId) return { outcome: 'rejected', status: 'BadEventIdUnknown' };
    if (row.acknowledged) return { outcome: 'rejected', status: 'BadConditionBranchAlreadyAcked' };
    const seen = { ...row, acknowledged: true, retain: row.active, comment: comment === '' ? null : comment };
    this.#enter(seen);
    const data = { conditionId, active: seen.active, alarm: seen };
    const message = `${seen.message}: acknowledged`;
    this.#events.append({ type: 'alarm', message, ...(driverId !== null && { driverId }), data });
    return { outcome: 'done', status: 'Good' };
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  #heard({ type, driverId: ofDriver, device, data, message, seq, at }: GatewayEvent): void {
    if (type !== 'alarm' || device !== undefined || data?.alarm !== undefined) return;
    const conditionId = data?.conditionId;
    if (typeof conditionId !== 'string') return;
    const driverId = ofDriver ?? null;
    const known = this.#rows.get(keyOf(driverId, conditionId));
    const said = { message, at, eventId: String(seq) };
    if (data?.active === false) {
      if (known) this.#enter({ ...known, ...said, active: false, retain: !known.acknowledged });
    } else this.#enter({ ...raised(driverId, conditionId), ...said, active: data?.active === true });
  }

  #enter(row: AlarmRow): void {
    const key = keyOf(row.driverId, row.conditionId);
    if (!row.retain) this.#rows.delete(key);
    else if (this.#rows.has(key) || this.#rows.size < this.#capacity) this.#rows.set(key, row);
    else this.#leftOut += 1;
  }
}

function raised(driverId: string | null, conditionId: string): Omit<AlarmRow, 'message' | 'at' | 'eventId' | 'active'> {
  return {
    driverId,
    device: null,
    conditionId,
    source: '',
    severity: severities[conditionId] ?? defaultSeverity,
    acknowledged: false,
    retain: true,
    current: true,
    value: null,
    comment: null,
  };
}

/** Ids of drivers have no spaces. */
function keyOf(driverId: string | null, conditionId: string): string {
  return `${driverId ?? ''} ${conditionId}`;
}

export function unknownAlarm(conditionId: string): GatewayError {
  const message = `no alarm ${conditionId} is of interest there`;
  return new GatewayError({ code: 'ALARM_UNKNOWN', kind: 'config', message });
}
