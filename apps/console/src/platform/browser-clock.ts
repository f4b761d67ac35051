/** Time as everything below the components gets it: tests put their own in its place. */
export interface BrowserClock {
  /** ms since 1970 UTC. */
  now(): number;
  /** Calls back once after `delayMs`; the answer cancels it. */
  after(delayMs: number, action: () => void): Cancel;
}

export type Cancel = () => void;

export const browserClock: BrowserClock = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
