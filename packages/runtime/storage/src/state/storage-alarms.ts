import type { Logger } from '@fieldwarden/core';
import type { ServiceAlarms } from '@fieldwarden/service';

/** What of the store needs a person. `state-damaged` stands until the gateway ends; `state-not-written` until writing works again. */
const severities = { 'state-damaged': 800, 'state-not-written': 700 } as const;

export type StorageCondition = keyof typeof severities;

/** Says what stands to whoever keeps the alarms, who may come later than the first of them. */
export class StorageAlarms {
  readonly #logger: Logger;
  readonly #standing = new Map<StorageCondition, string>();
  #book: ServiceAlarms | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  reportTo(book: ServiceAlarms): void {
    this.#book = book;
    for (const [conditionId, message] of this.#standing) this.#tell(conditionId, message);
  }

  raise(conditionId: StorageCondition, message: string): void {
    if (this.#standing.get(conditionId) === message) return;
    this.#standing.set(conditionId, message);
    this.#logger.error(message);
    this.#tell(conditionId, message);
  }

  clear(conditionId: StorageCondition, message: string): void {
    if (!this.#standing.delete(conditionId)) return;
    this.#logger.info(message);
    this.#book?.clear(conditionId);
  }

  #tell(conditionId: StorageCondition, message: string): void {
    this.#book?.raise({ conditionId, severity: severities[conditionId], message });
  }
}
