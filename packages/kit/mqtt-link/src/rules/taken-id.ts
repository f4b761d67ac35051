/** A connection that the broker ends so soon after it took it was not wanted there. */
const soonMs = 2_000;
const closesInARow = 3;

/**
 * Whether another client uses the same id. A broker then ends the older connection (MQTT 5, 3.1.4), and two clients that come back
 * at once take each other's place for ever. MQTT 5 has a code for it; with 3.1.1 it shows only in connections that end again and again.
 */
export class TakenId {
  #closes = 0;

  /** Called for each connection that the peer ended. `isExplained`: something else is known to have ended it. */
  closed(livedMs: number, isExplained: boolean): boolean {
    if (isExplained) return false;
    this.#closes = livedMs < soonMs ? this.#closes + 1 : 0;
    return this.#closes >= closesInARow;
  }
}
