import type { AlarmTransitionName } from '@fieldwarden/gateway-contract';
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

export interface Stepped {
  readonly state: ConditionState;
  /** In the order in which they came about. */
  readonly transitions: readonly AlarmTransitionName[];
  /** Name of an OPC UA status code: `Good`, or why an act does not apply; then nothing has changed. */
  readonly status: string;
}
