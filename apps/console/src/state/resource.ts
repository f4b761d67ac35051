import { ApiError } from '../api/api-error.js';
import type { BrowserClock, Cancel } from '../platform/browser-clock.js';
import { createStore, type ReadableStore, type Store } from './store.js';

export interface ResourceState<T> {
  readonly data: T | undefined;
  /** When `data` came, ms since 1970 UTC. */
  readonly loadedAt: number | undefined;
  /** Why the last attempt failed; `data` is then older than wanted. */
  readonly problem: ApiError | undefined;
  readonly loading: boolean;
}

/** Something that the gateway knows: loaded while anybody looks at it, again at an interval and whenever it may have changed. */
export class Resource<T> implements ReadableStore<ResourceState<T>> {
  /** Names what is loaded: `driver packaging plan`. */
  readonly key: string;
  readonly #load: () => Promise<T>;
  readonly #clock: BrowserClock;
  readonly #store: Store<ResourceState<T>>;
  readonly #intervals: number[] = [];
  #cancelTimer: Cancel | undefined;
  #again = false;
  #expired = false;

  constructor(key: string, load: () => Promise<T>, clock: BrowserClock) {
    this.key = key;
    this.#load = load;
    this.#clock = clock;
    this.#store = createStore<ResourceState<T>>({
      data: undefined,
      loadedAt: undefined,
      problem: undefined,
      loading: false,
    });
  }

  get watched(): boolean {
    return this.#intervals.length > 0;
  }

  readonly get = (): ResourceState<T> => this.#store.get();

  readonly subscribe = (listener: () => void): Cancel => this.#store.subscribe(listener);

  /** Keeps it loaded until the answer is called; `everyMs` Infinity = once, and on `refresh`. */
  watch(everyMs: number): Cancel {
    this.#intervals.push(everyMs);
    if (this.#isFresh(everyMs)) this.#arm();
    else if (!this.get().loading) this.refresh();
    return () => {
      this.#intervals.splice(this.#intervals.indexOf(everyMs), 1);
      if (!this.watched) this.#disarm();
    };
  }

  /** Loads now; a load that is under way is followed by another, since it may have begun before the change. */
  readonly refresh = (): void => {
    if (this.get().loading) {
      this.#again = true;
      return;
    }
    this.#disarm();
    this.#expired = false;
    this.#store.update((state) => ({ ...state, loading: true }));
    void this.#attempt();
  };

  /** It may have changed: whoever looks next loads it again. */
  expire(): void {
    this.#expired = true;
  }

  async #attempt(): Promise<void> {
    try {
      const data = await this.#load();
      this.#store.set({ data, loadedAt: this.#clock.now(), problem: undefined, loading: false });
    } catch (error) {
      this.#store.update((state) => ({ ...state, problem: ApiError.of(error), loading: false }));
    }
    if (!this.#again) return this.#arm();
    this.#again = false;
    this.refresh();
  }

  #isFresh(everyMs: number): boolean {
    const { loadedAt, problem } = this.get();
    if (this.#expired || loadedAt === undefined || problem) return false;
    return everyMs !== Infinity && this.#clock.now() - loadedAt < everyMs;
  }

  #arm(): void {
    this.#disarm();
    const everyMs = Math.min(...this.#intervals);
    if (everyMs !== Infinity) this.#cancelTimer = this.#clock.after(everyMs, this.refresh);
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
