import type { Span } from '../expression-finding.js';

export type Token = Span &
  (
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'float'; readonly value: number }
    | { readonly kind: 'duration'; readonly ms: number }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'tag'; readonly path: string }
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'sign'; readonly text: string }
    | { readonly kind: 'end' }
  );

/** Signs, longest first. */
export const signs = [
  '&&', '||', '==', '!=', '<=', '>=', '<<', '>>',
  '<', '>', '+', '-', '*', '/', '&', '|', '^', '~', '!', '?', ':', '(', ')', ',', '[', ']',
] as const; // prettier-ignore

/** Milliseconds of the units that may follow a number. */
export const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
