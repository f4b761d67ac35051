import type { LimitState } from '@fieldwarden/service';

/**
 * What a judge finds, without delays: nothing, something, or which limit. `unknown`: it can't tell, since what it looks at is not usable.
 */
export type Finding = 'normal' | 'active' | LimitState;

export type Judged = Finding | 'unknown';

export function limitStateOf(finding: Finding): LimitState | null {
  return finding === 'normal' || finding === 'active' ? null : finding;
}
