import type {
  AccessDesk,
  AlarmFeed,
  ServiceAlarms,
  ServiceContext,
  TagChangeListener,
  TagDefinitionListener,
  TagSource,
  WithinGateway,
} from '@fieldwarden/service';

/**
 * What a service gets instead of the context itself, in both homes: what throws in its listeners is its failure, and what it leaves
 * behind (listeners, alarms) ends with it.
 */
export class GuardedContext implements Disposable {
  readonly context: ServiceContext;
  readonly #listening = new Set<Disposable>();
  readonly #raised = new Set<string>();
  readonly #alarms: ServiceAlarms;
  readonly #fail: (error: unknown) => void;

  constructor(context: ServiceContext) {
    this.#alarms = context.alarms;
    this.#fail = context.fail;
    this.context = {
      ...context,
      tags: this.#guardedTags(context.tags),
      alarms: this.#rememberedAlarms(),
      alarmFeed: this.#guardedFeed(context.alarmFeed),
      access: this.#guardedDesk(context.access),
      within: context.within && this.#guardedWithin(context.within),
    };
  }

  [Symbol.dispose](): void {
    for (const listener of this.#listening) listener[Symbol.dispose]();
    this.#listening.clear();
    for (const conditionId of this.#raised) this.#alarms.clear(conditionId);
    this.#raised.clear();
  }

  /** The source itself, but for those who listen. */
  #guardedTags(tags: TagSource): TagSource {
    return {
      get size() {
        return tags.size;
      },
      handleOf: (path) => tags.handleOf(path),
      definition: (handle) => tags.definition(handle),
      entries: () => tags.entries(),
      read: (handle) => tags.read(handle),
      value: (handle) => tags.value(handle),
      status: (handle) => tags.status(handle),
      sourceAtMs: (handle) => tags.sourceAtMs(handle),
      onChange: (listener) => this.#kept(tags.onChange(this.#guardedChange(listener))),
      onDefinition: (listener) => this.#kept(tags.onDefinition(this.#guardedDefinition(listener))),
    };
  }

  #guardedFeed(feed: AlarmFeed): AlarmFeed {
    return {
      follow: (listener) =>
        this.#kept(
          feed.follow((alarm) => {
            try {
              listener(alarm);
            } catch (error) {
              this.#fail(error);
            }
          }),
        ),
    };
  }

  #guardedDesk(desk: AccessDesk): AccessDesk {
    return {
      signIn: (attempt) => desk.signIn(attempt),
      signInByCertificate: (attempt) => desk.signInByCertificate(attempt),
      follow: (listener) =>
        this.#kept(
          desk.follow((name, principal) => {
            try {
              listener(name, principal);
            } catch (error) {
              this.#fail(error);
            }
          }),
        ),
    };
  }

  #guardedWithin(within: WithinGateway): WithinGateway {
    const { offers } = within;
    return {
      ...within,
      offers: {
        history: (desk) => this.#kept(offers.history(desk)),
        alarms: (desk) => this.#kept(offers.alarms(desk)),
      },
    };
  }

  #guardedChange(listener: TagChangeListener): TagChangeListener {
    return (handles, count) => {
      try {
        listener(handles, count);
      } catch (error) {
        this.#fail(error);
      }
    };
  }

  #guardedDefinition(listener: TagDefinitionListener): TagDefinitionListener {
    const guarded = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        this.#fail(error);
      }
    };
    return {
      defined: (handles) => guarded(() => listener.defined(handles)),
      removed: (handles) => guarded(() => listener.removed(handles)),
      redefined: (handles) => guarded(() => listener.redefined?.(handles)),
    };
  }

  #kept(listener: Disposable): Disposable {
    this.#listening.add(listener);
    return {
      [Symbol.dispose]: () => {
        this.#listening.delete(listener);
        listener[Symbol.dispose]();
      },
    };
  }

  #rememberedAlarms(): ServiceAlarms {
    return {
      raise: (alarm) => {
        this.#raised.add(alarm.conditionId);
        this.#alarms.raise(alarm);
      },
      clear: (conditionId) => {
        this.#raised.delete(conditionId);
        this.#alarms.clear(conditionId);
      },
    };
  }
}
