import { messageOf, type Logger } from '@fieldwarden/core';
import type { HostEvent, HostListener } from './host.js';

/** Those who want to hear of a Host. One that throws harms neither the others nor the supervision. */
export class Listeners {
  readonly #logger: Logger;
  readonly #listeners = new Set<HostListener>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(listener: HostListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  emit(event: HostEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error('a listener failed on an event of its Host', { event: event.type, error: messageOf(error) });
      }
    }
  }
}
