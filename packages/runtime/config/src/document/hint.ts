import { didYouMean } from '@fieldwarden/core';

/** `; did you mean scanMs?` or, when nothing is near, `; known here: a, b`. */
export function hint(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  return known.length === 0 ? '; no field is known here' : `; known here: ${known.join(', ')}`;
}
