const initialMs = 500;
const maxMs = 15_000;

/** Pause before the next attempt: doubling with full jitter above a half, so that a hundred consoles do not come back at once. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
