import type { AuthorityState } from '@fieldwarden/authority';
import type { GenerationsObserver } from '@fieldwarden/generations';
import type { EventLog } from '@fieldwarden/observe';

/** What happens to the configuration, as events, alarms and counts. */
export class ConfigurationEvents {
  readonly #events: EventLog;
  readonly #published: (result: 'ok' | 'refused') => void;
  #stale = false;
  #alarm = false;
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
      for (const failure of failures) {
        const driverId = failure.driverId ?? undefined;
        this.#alarmEvent(`applying generation ${generation}: ${failure.message}`, true, driverId);
      }
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
      this.#alarmEvent('the configuration database has been out of reach for 24 hours', staleAlarm);
      this.#alarm = staleAlarm;
    }
    this.#tellHeld({ there: held?.reason });
  };

  #tellHeld(news: { readonly here?: string | undefined; readonly there?: string | undefined }): void {
    const before = this.#reason;
    Object.assign(this.#held, news);
    const reason = this.#reason;
    if (reason === before) return;
    this.#alarmEvent(reason ?? 'what is published is what runs again', reason !== undefined);
  }

  get #reason(): string | undefined {
    return this.#held.here ?? this.#held.there;
  }

  #alarmEvent(message: string, active: boolean, driverId?: string): void {
    this.#events.append({ type: 'alarm', message, ...(driverId !== undefined && { driverId }), data: { active } });
  }
}
