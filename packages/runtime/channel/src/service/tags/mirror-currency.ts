import { isBad, isUncertain, statusCodes, type Clock, type StatusCode, type Timer } from '@fieldwarden/core';

/** `stale`: nobody knows whether the values are still so. `lost`: that has lasted too long for them to be of use. */
export type MirrorStanding = 'current' | 'stale' | 'lost';

/** Three and six pings (SPEC §8.3: three and six expected intervals), or as long without a turn of this process. */
export const staleMs = 3_000;
export const lostMs = 6_000;

/** How soon followers hear that the gateway fell silent. */
const lookMs = 500;

/** What clients sent while this process stood still is read before it counts as current again. */
const settleMs = 250;

export interface MirrorCurrencyDependencies {
  readonly clock: Clock;
  /** Asks the gateway to answer, with this number, once everything that it had to say of tags is on its way. */
  readonly askSync: (round: number) => void;
  /** Every tag's status is another now. */
  readonly changed: () => void;
}

/**
 * In a Host: whether the mirror shows the gateway's tags as they are. It does not when the gateway was not heard for a while, and not
 * when this process itself stood still: what it holds is old then, and what it was sent since waits unread. Once that has happened only
 * the gateway's answer to a question, behind everything that waits, makes the mirror current again. One look at the clock tells it, so
 * that it is true at the first read after a standstill, before any timer has run.
 */
export class MirrorCurrency implements Disposable {
  readonly #deps: MirrorCurrencyDependencies;
  /** When the mirror was last known to be current; stands still while it is not. */
  #knownAtMs: number;
  /** When the gateway was last heard. */
  #heardAtMs: number;
  #isWatched = false;
  #isBehind = false;
  #round = 0;
  #told: MirrorStanding = 'current';
  #lookTimer: Timer | undefined;
  #settleTimer: Timer | undefined;

  constructor(deps: MirrorCurrencyDependencies) {
    this.#deps = deps;
    this.#knownAtMs = this.#heardAtMs = deps.clock.monotonicMs();
  }

  get standing(): MirrorStanding {
    if (!this.#isWatched) return 'current';
    const ageMs = this.#deps.clock.monotonicMs() - this.#knownAtMs;
    if (ageMs > lostMs) return 'lost';
    return this.#isBehind || ageMs > staleMs ? 'stale' : 'current';
  }

  get isCurrent(): boolean {
    return this.standing === 'current';
  }

  /** The service is ready: from now on it is pinged, so that silence means something. */
  watch(): void {
    this.#isWatched = true;
    this.heard();
    this.#lookLater();
  }

  /** Bytes have come from the gateway. Called before they are read: they may have waited for long. */
  heard(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const silentMs = nowMs - this.#heardAtMs;
    this.#heardAtMs = nowMs;
    if (this.#isWatched && silentMs > staleMs) this.#fallBehind();
    else if (!this.#isBehind) this.#knownAtMs = nowMs;
  }

  /** The gateway answered. An answer to an earlier question says nothing about what this process has missed since. */
  synced(round: number): void {
    if (round !== this.#round || !this.#isBehind || this.#settleTimer) return;
    this.#settleTimer = this.#deps.clock.setTimer(() => this.#settled(), settleMs);
    this.#settleTimer.unref();
  }

  [Symbol.dispose](): void {
    this.#lookTimer?.[Symbol.dispose]();
    this.#settleTimer?.[Symbol.dispose]();
  }

  #fallBehind(): void {
    this.#isBehind = true;
    this.#endSettling();
    this.#round += 1;
    this.#deps.askSync(this.#round);
    this.#look();
  }

  /** A standstill while it settled is noticed by whatever comes next. */
  #settled(): void {
    this.#endSettling();
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#heardAtMs > staleMs) return;
    this.#isBehind = false;
    this.#knownAtMs = this.#heardAtMs;
    this.#look();
  }

  #endSettling(): void {
    this.#settleTimer?.[Symbol.dispose]();
    this.#settleTimer = undefined;
  }

  #lookLater(): void {
    this.#lookTimer = this.#deps.clock.setTimer(() => {
      this.#lookLater();
      this.#look();
    }, lookMs);
    this.#lookTimer.unref();
  }

  /** Followers are told once of each standing. */
  #look(): void {
    const { standing } = this;
    if (standing === this.#told) return;
    this.#told = standing;
    this.#deps.changed();
  }
}

/** What readers are told of a tag whose last known status is this. */
export function shownStatus(standing: MirrorStanding, status: StatusCode): StatusCode {
  if (standing === 'current' || isBad(status)) return status;
  if (standing === 'lost') return statusCodes.BadNoCommunication;
  return isUncertain(status) ? status : statusCodes.UncertainLastUsableValue;
}
