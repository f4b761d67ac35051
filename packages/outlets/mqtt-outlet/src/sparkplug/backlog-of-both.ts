/** The newest samples are last, and both sides take theirs at one pace: summed from the end. */
export function backlogOfBoth(a: unknown, b: unknown): unknown {
  if (!isBacklog(a) || !isBacklog(b)) return a ?? b;
  const [longer, shorter] = a.pending.length < b.pending.length ? [b, a] : [a, b];
  const later = longer.pending.length - shorter.pending.length;
  return { ...longer, pending: longer.pending.map((count, i) => count + (shorter.pending[i - later] ?? 0)) };
}

function isBacklog(value: unknown): value is { readonly pending: readonly number[] } {
  return typeof value === 'object' && value !== null && 'pending' in value && Array.isArray(value.pending);
}
