/** Shared beginnings shorter than this are chance. */
const minSharedPrefix = 4;

/** The known name that was probably meant, or undefined. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const wanted = normalise(name);
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, normalise(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const nearest = ranked[0];
  if (nearest && nearest.distance <= Math.max(1, Math.floor(wanted.length / 3))) return nearest.candidate;
  return ranked.find(({ candidate }) => sharedPrefix(wanted, normalise(candidate)) >= minSharedPrefix)?.candidate;
}

function normalise(name: string): string {
  // Names longer than this are nobody's typing error, and the distance is quadratic.
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one from the other (optimal string alignment, by rows). */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, replaced, swapped ? before[j - 2] + 1 : Infinity));
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
