import type { GenerationSummary } from '../config-authority.js';

/** What identifies the newest generation that a gateway has sealed. */
export interface LocalGeneration {
  readonly generation: number;
  readonly sha256: string;
}

/** The authority knows less, or other, than what is sealed here (SPEC §7.4): only an operator can say which is right. */
export interface Held {
  /** Null when the authority knows no generation of the site. */
  readonly authorityGeneration: number | null;
  readonly reason: string;
}

export type Comparison =
  | { readonly kind: 'same' }
  | { readonly kind: 'newer'; readonly published: GenerationSummary }
  | { readonly kind: 'held'; readonly held: Held };

const remedy = 'was a backup restored? Publish or roll back to go on';

/** Pure. A higher number is somebody's publish; a lower one, or the same with other content, is a history that is not ours. */
export function compareGenerations(
  local: LocalGeneration | undefined,
  published: GenerationSummary | undefined,
): Comparison {
  if (published === undefined)
    return local === undefined ? { kind: 'same' } : { kind: 'held', held: emptyAgainst(local) };
  if (local === undefined || published.generation > local.generation) return { kind: 'newer', published };
  if (published.generation < local.generation) return { kind: 'held', held: wentBack(local, published) };
  return published.sha256 === local.sha256 ? { kind: 'same' } : { kind: 'held', held: diverged(published) };
}

function emptyAgainst({ generation }: LocalGeneration): Held {
  return {
    authorityGeneration: null,
    reason: `the configuration authority knows no generation, this gateway has sealed ${generation}: ${remedy}`,
  };
}

function wentBack({ generation }: LocalGeneration, published: GenerationSummary): Held {
  return {
    authorityGeneration: published.generation,
    reason:
      `the configuration authority went back: its newest generation is ${published.generation}, ` +
      `this gateway has sealed ${generation}: ${remedy}`,
  };
}

function diverged({ generation }: GenerationSummary): Held {
  return {
    authorityGeneration: generation,
    reason: `generation ${generation} of the configuration authority has other content than the one sealed here: ${remedy}`,
  };
}
