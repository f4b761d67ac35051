import { gatewayConditions, type AlarmBook } from '@fieldwarden/alarms';
import type { GatewayConcern } from '@fieldwarden/observe';

type ConcernId =
  | 'disk-not-written'
  | 'tokens-damaged'
  | 'accounts-damaged'
  | 'state-not-written'
  | 'audit-not-written'
  | 'audit-damaged'
  | 'tls-files';

/** What of the gateway itself does not work though the plant runs: an alarm for people, and `Degraded` with the reason for probes (SPEC §12.1). */
export class GatewayConcerns {
  readonly #alarms: AlarmBook;
  readonly #standing = new Set<ConcernId>();

  constructor(alarms: AlarmBook) {
    this.#alarms = alarms;
  }

  /** `message`: in full, for those who may read alarms. */
  raise(id: ConcernId, message: string): void {
    this.#standing.add(id);
    this.#alarms.raise({ conditionId: id, subject: {}, message });
  }

  clear(id: ConcernId): void {
    this.#standing.delete(id);
    this.#alarms.clear(id, {});
  }

  /** For anonymous readers. */
  list(): readonly GatewayConcern[] {
    return [...this.#standing].map((code) => ({ code, message: gatewayConditions[code].text }));
  }
}
