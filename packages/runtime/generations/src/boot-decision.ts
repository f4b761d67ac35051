import { compareGenerations, type GenerationSummary, type LocalGeneration } from '@fieldwarden/authority';

/** What the authority said at the start. */
export type PublishedState =
  { readonly type: 'away' } | { readonly type: 'answered'; readonly newest: GenerationSummary | undefined };

/** Which generation a starting gateway runs, and on what terms (SPEC §7.3, §7.4). */
export type BootDecision =
  /** Nothing sealed here, nothing published: there is no plant to run. */
  | { readonly type: 'nothing'; readonly authorityAway: boolean }
  /** The sealed one: it is the newest, or the authority is away and it goes on marked stale. */
  | { readonly type: 'run-sealed' }
  /** The authority has a newer one: seal it, then run it. */
  | { readonly type: 'adopt' }
  /** The authority went back or tells another story: the sealed one goes on until an operator decides. */
  | { readonly type: 'hold'; readonly reason: string };

/** Never runs anything older than what is sealed here, and never anything else under the same number. */
export function bootDecision(sealed: LocalGeneration | undefined, published: PublishedState): BootDecision {
  if (published.type === 'away') return sealed ? { type: 'run-sealed' } : { type: 'nothing', authorityAway: true };
  if (!sealed && !published.newest) return { type: 'nothing', authorityAway: false };
  const comparison = compareGenerations(sealed, published.newest);
  if (comparison.kind === 'newer') return { type: 'adopt' };
  if (comparison.kind === 'held') return { type: 'hold', reason: comparison.held.reason };
  return { type: 'run-sealed' };
}
