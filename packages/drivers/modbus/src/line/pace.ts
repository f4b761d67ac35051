export interface PaceSettings {
  /** Between an answer and the next request. */
  readonly interRequestDelayMs: number;
  /** Between the last byte heard and the next request. */
  readonly frameSilenceMs: number;
}

/** `look`: the time is over, but bytes may have arrived that nobody has looked at. A number: not before that time. */
export type Readiness = 'ready' | 'look' | number;

/** When the next request may go out. Pure; time comes in as an argument, in ms on the monotonic clock. */
export class Pace {
  readonly #settings: PaceSettings;
  #quietUntilMs = -Infinity;
  #silentFromMs = -Infinity;
  #isSilenceSure = true;

  constructor(settings: PaceSettings) {
    this.#settings = settings;
  }

  answered(nowMs: number): void {
    this.rest(nowMs + this.#settings.interRequestDelayMs);
  }

  /** Nothing goes out before that time. */
  rest(untilMs: number): void {
    this.#quietUntilMs = Math.max(this.#quietUntilMs, untilMs);
  }

  heard(nowMs: number): void {
    if (this.#settings.frameSilenceMs === 0) return;
    this.#silentFromMs = nowMs + this.#settings.frameSilenceMs;
    this.#isSilenceSure = false;
  }

  /** Everything that had arrived has been heard. */
  looked(nowMs: number): void {
    if (nowMs >= this.#silentFromMs) this.#isSilenceSure = true;
  }

  readiness(nowMs: number): Readiness {
    const atMs = Math.max(this.#quietUntilMs, this.#silentFromMs);
    if (nowMs < atMs) return atMs;
    return this.#isSilenceSure ? 'ready' : 'look';
  }
}
