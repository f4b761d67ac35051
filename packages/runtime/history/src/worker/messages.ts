import type { GatewayErrorData, TagValue } from '@fieldwarden/core';
import type { HistoryDesk } from '@fieldwarden/service';
import type { DefinedTag } from '../store/history-store.js';
import type { RetentionLimits } from '../store/retention.js';
import type { StoreState } from '../store/store-state.js';

/** What the worker is started with. */
export interface WorkerStart {
  readonly folder: string;
  readonly limits: RetentionLimits;
}

export type HistoryQuestion = keyof HistoryDesk;

/** The gateway says it: in this order it is done. */
export type ToWorker =
  /** Tags, before their rows. */
  | { readonly type: 'define'; readonly tags: readonly DefinedTag[] }
  /** Tags that go, and when. */
  | { readonly type: 'end'; readonly numbers: readonly number[]; readonly atMs: number }
  /** Values; `buffer` is transferred. */
  | {
      readonly type: 'rows';
      readonly buffer: ArrayBuffer;
      readonly capacity: number;
      readonly count: number;
      readonly objects: readonly (readonly [row: number, value: TagValue])[];
    }
  /** Values were dropped from this time on until now. */
  | { readonly type: 'gap'; readonly fromMs: number }
  | { readonly type: 'limits'; readonly limits: RetentionLimits }
  | { readonly type: 'ask'; readonly id: number; readonly question: HistoryQuestion; readonly request: unknown }
  /** The last message; answered by `closed`. */
  | { readonly type: 'close' };

/** The worker says it. */
export type FromWorker =
  /** The files are open. */
  | { readonly type: 'opened' }
  /** They could not be; the worker ends. */
  | { readonly type: 'refused'; readonly error: GatewayErrorData }
  /** So many rows are on the disk. */
  | { readonly type: 'accepted'; readonly rows: number }
  /** Each second. */
  | { readonly type: 'state'; readonly state: StoreState }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: GatewayErrorData }
  | { readonly type: 'closed' };
