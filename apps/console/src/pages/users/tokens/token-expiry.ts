const dayMs = 86_400_000;

/** 0 days: it does not expire. */
export const expiries: readonly { readonly days: number; readonly words: string }[] = [
  { days: 1, words: 'in a day' },
  { days: 30, words: 'in 30 days' },
  { days: 90, words: 'in 90 days' },
  { days: 365, words: 'in a year' },
  { days: 0, words: 'never' },
];

/** ISO-8601; undefined: never. */
export function expiryAt(days: number, nowMs: number): string | undefined {
  return days === 0 ? undefined : new Date(nowMs + days * dayMs).toISOString();
}
