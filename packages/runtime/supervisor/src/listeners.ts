import { messageOf, type Logger } from '@fieldwarden/core';

/** Those who want to hear of events. One that throws harms neither the others nor the supervision. */
export class Listeners<Event extends { readonly type: string }> {
  readonly #logger: Logger;
  readonly #listeners = new Set<(event: Event) => void>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(listener: (event: Event) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  emit(event: Event): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error('a listener failed on an event', { event: event.type, error: messageOf(error) });
      }
    }
  }
}
