import type { ApplyFailure, ApplyStep, Finding } from '@fieldwarden/gateway-contract';

/** What became of a publish or a rollback: sealed, committed and applied. */
export interface Publication {
  readonly generation: number;
  /** False if the document is the running one already: then no generation was made. */
  readonly published: boolean;
  readonly steps: readonly ApplyStep[];
  readonly failures: readonly ApplyFailure[];
  /** From the commit to the last step. */
  readonly applyMs: number;
  /** Warnings of the document. */
  readonly findings: readonly Finding[];
}
