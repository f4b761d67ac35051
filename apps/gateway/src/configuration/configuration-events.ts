import type { AlarmBook } from '@fieldwarden/alarms';
import type { AuthorityState } from '@fieldwarden/authority';
import type { AlarmSubject } from '@fieldwarden/gateway-contract';
import type { GenerationsObserver } from '@fieldwarden/generations';
import type { EventLog } from '@fieldwarden/observe';

export interface ConfigurationEventsDependencies {
  readonly events: Pick<EventLog, 'append'>;
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear' | 'isActive'>;
}

/** What happens to the configuration, as events, alarms and counts. */
export class ConfigurationEvents {
  readonly #events: ConfigurationEventsDependencies['events'];
  readonly #alarms: ConfigurationEventsDependencies['alarms'];
  readonly #published: (result: 'ok' | 'refused') => void;
  #stale = false;
  #staleAlarm = false;
  /** Drivers that the last apply failed for; null = the gateway itself. */
  #failing: ReadonlySet<string | null> = new Set();
  /** Why what is published does not run: as this gateway sees it, and as the authority stands. */
  readonly #held = { here: undefined as string | undefined, there: undefined as string | undefined };

  /** `published` counts what became of publishes. */
  constructor({ events, alarms }: ConfigurationEventsDependencies, published: (result: 'ok' | 'refused') => void) {
    this.#events = events;
    this.#alarms = alarms;
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
        this.#alarms.clear('configuration-apply', subjectOf(driverId), `generation ${generation} is applied`);
      }
      for (const failure of failures) {
        const message = `applying generation ${generation}: ${failure.message}`;
        this.#alarms.raise({ conditionId: 'configuration-apply', subject: subjectOf(failure.driverId), message });
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
    this.#tellStale(usingStale, staleAlarm);
    this.#tellHeld({ there: held?.reason });
  };

  /** An alarm of before a restart, which begins the 24 hours anew, stands until the database answers. */
  #tellStale(usingStale: boolean, staleAlarm: boolean): void {
    const conditionId = 'configuration-stale';
    const stands = usingStale && !this.#staleAlarm && this.#alarms.isActive(conditionId);
    this.#staleAlarm = staleAlarm;
    if (staleAlarm || stands) this.#alarms.raise({ conditionId, subject: {} });
    else this.#alarms.clear(conditionId, {});
  }

  #tellHeld(news: { readonly here?: string | undefined; readonly there?: string | undefined }): void {
    const before = this.#reason;
    Object.assign(this.#held, news);
    const reason = this.#reason;
    if (reason === before) return;
    if (reason !== undefined) this.#alarms.raise({ conditionId: 'configuration-held', subject: {}, message: reason });
    else this.#alarms.clear('configuration-held', {}, 'what is published is what runs again');
  }

  get #reason(): string | undefined {
    return this.#held.here ?? this.#held.there;
  }
}

/** Null: the gateway itself. */
function subjectOf(driverId: string | null): AlarmSubject {
  return driverId === null ? {} : { driverId };
}
