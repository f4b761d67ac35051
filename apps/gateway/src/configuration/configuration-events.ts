import type { AuthorityState } from '@fieldwarden/authority';
import type { GenerationsObserver } from '@fieldwarden/generations';
import type { EventLog } from '@fieldwarden/observe';

/** What happens to the configuration, as events, alarms and counts. */
export class ConfigurationEvents {
  readonly #events: EventLog;
  readonly #published: (result: 'ok' | 'refused') => void;
  #stale = false;
  #alarm = false;
  #held: string | undefined;

  /** `published` counts what became of publishes. */
  constructor(events: EventLog, published: (result: 'ok' | 'refused') => void) {
    this.#events = events;
    this.#published = published;
  }

  readonly observer: GenerationsObserver = {
    applied: ({ generation, author, message }, { steps }, failures, published) => {
      if (published) this.#published('ok');
      const what = published
        ? `${author} published generation ${generation}`
        : `generation ${generation} was published elsewhere`;
      const data = { generation, author, message, steps, failures };
      this.#events.append({ type: 'config', message: `${what}: ${message}`, data });
      for (const failure of failures) {
        const driverId = failure.driverId ?? undefined;
        this.#alarmEvent(`applying generation ${generation}: ${failure.message}`, true, driverId);
      }
    },
    refused: (reason, { name }) => {
      this.#published('refused');
      this.#events.append({ type: 'config', message: `a publish of ${name} was refused: ${reason}` });
    },
    held: (reason) => this.#tellHeld(reason),
  };

  /** The authority was lost, came back, or tells another story. */
  readonly authorityChanged = ({ usingStale, staleAlarm, held }: AuthorityState): void => {
    if (usingStale !== this.#stale) {
      const message = usingStale
        ? 'the configuration database does not answer: the sealed snapshot goes on, nothing can be published'
        : 'the configuration database answers again';
      this.#events.append({ type: 'config', message, data: { usingStaleConfig: usingStale } });
      this.#stale = usingStale;
    }
    if (staleAlarm !== this.#alarm) {
      this.#alarmEvent('the configuration database has been out of reach for 24 hours', staleAlarm);
      this.#alarm = staleAlarm;
    }
    this.#tellHeld(held?.reason);
  };

  #tellHeld(reason: string | undefined): void {
    if (reason === this.#held) return;
    this.#held = reason;
    this.#alarmEvent(reason ?? 'what is published is what runs again', reason !== undefined);
  }

  #alarmEvent(message: string, active: boolean, driverId?: string): void {
    this.#events.append({ type: 'alarm', message, ...(driverId !== undefined && { driverId }), data: { active } });
  }
}
