/** Listeners to something that must not be hurt by them: one that throws is dropped. */
export class Subscribers<T> {
  readonly #listeners = new Set<(entry: T) => void>();

  add(listener: (entry: T) => void): Disposable {
    // Wrapped, so that the same function may subscribe twice and leave once.
    const own = (entry: T): void => listener(entry);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  tell(entry: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch {
        this.#listeners.delete(listener);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
