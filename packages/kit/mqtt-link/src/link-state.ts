import type { BrokerLimits } from './rules/broker-limits.js';
import type { LinkProblem } from './link-problem.js';

/** `waiting`: for the next attempt, because of `problem`. */
export type LinkState =
  | { readonly name: 'connecting'; readonly problem: LinkProblem | undefined }
  | {
      readonly name: 'connected';
      readonly version: '5' | '3.1.1';
      readonly limits: BrokerLimits;
      readonly sessionPresent: boolean;
    }
  | { readonly name: 'waiting'; readonly problem: LinkProblem; readonly waitMs: number }
  | { readonly name: 'stopped' };
