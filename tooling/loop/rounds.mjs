/**
 * Collects files that change and works on them in rounds, one after the other. What changes while a round runs, or shortly before it, is
 * the next one's. Files of a round that failed come again with the next change, so that "well" means all that changed since it was well.
 */
export class Rounds {
  #work;
  #setTimer;
  #quietMs;
  #waiting = new Set();
  #cancel = () => undefined;
  #isRunning = false;

  /**
   * @param {(files: string[]) => Promise<boolean>} work never rejects; false: these files are not well yet
   * @param {{ quietMs?: number, setTimer?: (work: () => void, ms: number) => () => void }} [options] an editor writes several files at once
   */
  constructor(work, { quietMs = 150, setTimer = startTimer } = {}) {
    this.#work = work;
    this.#quietMs = quietMs;
    this.#setTimer = setTimer;
  }

  changed(file) {
    this.#waiting.add(file);
    this.#cancel();
    this.#cancel = this.#setTimer(() => void this.#begin(), this.#quietMs);
  }

  async #begin() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const files = [...this.#waiting].sort();
    this.#waiting.clear();
    const isWell = await this.#work(files);
    this.#isRunning = false;
    const isMore = this.#waiting.size > 0;
    if (!isWell) for (const file of files) this.#waiting.add(file);
    if (isMore) void this.#begin();
  }
}

function startTimer(work, ms) {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}
