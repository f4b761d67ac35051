import type { AuthorityState } from '@fieldwarden/authority';
import type { GenerationsObserver } from '@fieldwarden/generations';
import type { EventLog } from '@fieldwarden/observe';

/** What happens to the configuration, as events, alarms and counts. */
export class ConfigurationEvents {
  readonly #events: EventLog;
  readonly #published: (result: 'ok' | 'refused') => void;
  #stale = false;
  #alarm = false;
  /** Drivers that the last apply failed for; null = the gateway itself. */
  #failing: ReadonlySet<string | null> = new Set();
  /** Why what is published does not run: as this gateway sees it, and as the authority stands. */
  readonly #held = { here: undefined as string | undefined, there: undefined as string | undefined };

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
      const failing = new Set(failures.map(({ driverId }) => driverId ?? null));
      for (const driverId of this.#failing) {
        if (failing.has(driverId)) continue;
        this.#alarmEvent('configuration-apply', `generation ${generation} is applied`, false, driverId);
      }
      for (const failure of failures) {
        const what = `applying generation ${generation}: ${failure.message}`;
        this.#alarmEvent('configuration-apply', what, true, failure.driverId);
      }
      this.#failing = failing;
    },
    refused: (reason, { name }) => {
      this.#published('refused');
      this.#events.append({ type: 'config', message: `a publish of ${name} was refused: ${reason}` });
    },
    held: (here) => this.#tellHeld({ here }),
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
      const message = 'the configuration database has been out of reach for 24 hours';
      this.#alarmEvent('configuration-stale', message, staleAlarm);
      this.#alarm = staleAlarm;
    }
    this.#tellHeld({ there: held?.reason });
  };

  #tellHeld(news: { readonly here?: string | undefined; readonly there?: string | undefined }): void {
    const before = this.#reason;
    Object.assign(this.#held, news);
    const reason = this.#reason;
    if (reason === before) return;
    const message = reason ?? 'what is published is what runs again';
    this.#alarmEvent('configuration-held', message, reason !== undefined);
  }

  get #reason(): string | undefined {
    return this.#held.here ?? this.#held.there;
  }

  #alarmEvent(conditionId: string, message: string, active: boolean, driverId: string | null = null): void {
    const data = { conditionId, active };
    this.#events.append({ type: 'alarm', message, ...(driverId !== null && { driverId }), data });
  }
}
