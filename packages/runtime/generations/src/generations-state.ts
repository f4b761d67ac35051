import type { Held } from '@fieldwarden/authority';

/** How the configuration stands. */
export interface GenerationsState {
  readonly authorityReachable: boolean;
  /** Since when the authority has been out of reach, ms since 1970 UTC; null while it answers. */
  readonly staleSinceMs: number | null;
  /** When what runs was published, ms since 1970 UTC. */
  readonly publishedAtMs: number;
  /** Why what is published is not what runs; null when it is. */
  readonly held: Held | null;
}
