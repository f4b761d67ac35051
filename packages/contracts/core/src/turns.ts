/** Runs what it is given one after the other, in the order in which it came. Keeps no result. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  take<T>(action: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(action);
    this.#last = mine.then(nothing, nothing);
    return mine;
  }
}

const nothing = (): void => undefined;
