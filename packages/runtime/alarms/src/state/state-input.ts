import type { ConditionVerdict } from '@fieldwarden/service';
import type { ConditionState } from './condition-state.js';

/** What a condition goes on by. Times are ms since 1970 UTC. */
export type StateInput =
  | {
      readonly type: 'verdict';
      readonly verdict: Pick<ConditionVerdict, 'active' | 'limitState' | 'suppressed' | 'frozen'>;
    }
  | { readonly type: 'act'; readonly act: StateAct; readonly atMs: number }
  | { readonly type: 'time'; readonly atMs: number };

/** What a person does. `forMs`: how long it is shelved; undefined: as long as is allowed. */
export type StateAct =
  | { readonly name: 'shelve' | 'shelve-once'; readonly forMs: number | undefined }
  | {
      readonly name:
        | 'acknowledge'
        | 'confirm'
        | 'comment'
        | 'unshelve'
        | 'enable'
        | 'disable'
        | 'out-of-service'
        | 'in-service'
        | 'reset';
    };

/** What the journal has a row for. */
export const stateTransitions = [
  'active', 'limit', 'cleared', 'acknowledged', 'confirmed', 'comment', 'shelved', 'unshelved', 'suppressed', 'unsuppressed',
  'enabled', 'disabled', 'out-of-service', 'in-service', 'reset',
] as const; // prettier-ignore

export type StateTransition = (typeof stateTransitions)[number];

export interface Stepped {
  readonly state: ConditionState;
  /** In the order in which they came about. */
  readonly transitions: readonly StateTransition[];
  /** Name of an OPC UA status code: `Good`, or why an act does not apply; then nothing has changed. */
  readonly status: string;
}
