/** What identifies a generation on both sides. */
export interface GenerationMark {
  readonly generation: number;
  /** Of its document. */
  readonly sha256: string;
}

/** What the authority said at the start. */
export type PublishedState =
  | { readonly type: 'away' }
  | { readonly type: 'empty' }
  | { readonly type: 'published'; readonly newest: GenerationMark };

/** Which generation a starting gateway runs, and on what terms (SPEC §7.3, §7.4). */
export type BootDecision =
  /** Nothing sealed here, nothing published: there is no plant to run. */
  | { readonly type: 'nothing'; readonly authorityAway: boolean }
  /** The sealed one is the newest. */
  | { readonly type: 'run-sealed' }
  /** The authority is away: the sealed one goes on, marked stale. */
  | { readonly type: 'run-stale' }
  /** The authority has a newer one: seal it, then run it. */
  | { readonly type: 'adopt' }
  /** The authority went back or tells another story: the sealed one goes on until an operator decides. */
  | { readonly type: 'hold'; readonly reason: string };

/** Never runs anything older than what is sealed here, and never anything else under the same number. */
export function bootDecision(sealed: GenerationMark | undefined, published: PublishedState): BootDecision {
  if (published.type === 'away') return sealed ? { type: 'run-stale' } : { type: 'nothing', authorityAway: true };
  if (published.type === 'empty') {
    return sealed ? { type: 'hold', reason: heldReason(sealed, undefined) } : { type: 'nothing', authorityAway: false };
  }
  const { newest } = published;
  if (!sealed || newest.generation > sealed.generation) return { type: 'adopt' };
  const same = newest.generation === sealed.generation && newest.sha256 === sealed.sha256;
  return same ? { type: 'run-sealed' } : { type: 'hold', reason: heldReason(sealed, newest) };
}

/** For people: what does not fit, and what ends it. */
export function heldReason(sealed: GenerationMark, newest: GenerationMark | undefined): string {
  const story = newest
    ? newest.generation === sealed.generation
      ? `generation ${newest.generation} there is not the one that is sealed here`
      : `its newest generation is ${newest.generation}, generation ${sealed.generation} is sealed here`
    : `it has no generation, generation ${sealed.generation} is sealed here`;
  return `the configuration authority looks restored from a backup: ${story}. The gateway goes on with what is sealed; publish or roll back to decide`;
}
