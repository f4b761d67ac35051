import type { ServiceFacts } from '@fieldwarden/services';

/** What becomes of the alarm for a service that does not work. */
export type TroubleVerdict = 'raise' | 'clear' | 'leave';

type TroubleFacts = Pick<ServiceFacts, 'id' | 'state' | 'crashLoop' | 'lastCause'>;

/**
 * When a service that does not work is somebody's business. One that worked and failed is tried again within a second: that is an event.
 * It is an alarm when that fails too, when it has failed so often that it is only tried now and then, and when it is not tried again at all
 * because it refused to run.
 */
export class ServiceTrouble {
  /** Failed once since they worked; not tried again yet. */
  readonly #failedOnce = new Set<string>();
  readonly #worked = new Set<string>();

  /** Called for each change of a service. */
  verdict({ id, state, crashLoop, lastCause }: TroubleFacts): TroubleVerdict {
    switch (state) {
      case 'Healthy':
      case 'Degraded':
        this.#worked.add(id);
        this.#failedOnce.delete(id);
        return 'clear';
      case 'Stopped':
        this.forget(id);
        return 'clear';
      case 'Faulted':
        if (this.#worked.delete(id)) this.#failedOnce.add(id);
        return crashLoop === 'closed' && lastCause !== 'refused' && this.#failedOnce.has(id) ? 'leave' : 'raise';
      case 'Initializing':
      case 'Reconnecting':
        this.#failedOnce.delete(id);
        return 'leave';
    }
  }

  forget(id: string): void {
    this.#worked.delete(id);
    this.#failedOnce.delete(id);
  }
}
