import type { GatewayErrorData, TagValue } from '@fieldwarden/core';
import type { DefinedTag } from '../../store/history-store.js';
import type { DatabaseState } from '../database-state.js';
import type { QueueLimits } from '../queue/database-queue.js';

/** What the worker is started with. */
export interface DatabaseWorkerStart {
  readonly url: string;
  readonly site: string;
  readonly file: string;
  readonly limits: QueueLimits;
}

/** The gateway says it: in this order it is done. */
export type ToDatabaseWorker =
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
  | { readonly type: 'limits'; readonly limits: QueueLimits }
  /** The last message; answered by `closed`. */
  | { readonly type: 'close' };

/** The worker says it. */
export type FromDatabaseWorker =
  /** The queue could not be opened; the worker ends. */
  | { readonly type: 'refused'; readonly error: GatewayErrorData }
  /** So many rows are in the queue. */
  | { readonly type: 'accepted'; readonly rows: number }
  /** Each second, and when the queue is open. */
  | { readonly type: 'state'; readonly state: DatabaseState }
  | { readonly type: 'log'; readonly level: 'warn' | 'error'; readonly message: string }
  | { readonly type: 'closed' };
