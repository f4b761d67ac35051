import type { TagValue, ValueColumns } from '@fieldwarden/core';
import type { Origin, WriteAnswer } from '@fieldwarden/gateway-contract';

/**
 * The tags that the settings of this service bring (`ServiceDefinition.tags`). The gateway defines them before `start` and before `apply`,
 * and lets them stand while the service is down, Bad. Each waits for its first value.
 */
export interface OwnTags {
  /** Until the next `apply`; undefined for a path that is not one of them. */
  handleOf(path: string): number | undefined;
  /** Row i is the present of `handles[i]`, for all rows. A row of a handle that is no longer one of them changes nothing. */
  update(handles: Uint32Array, columns: ValueColumns): void;
  /**
   * Who answers writes, until it is disposed; without one they are refused. All values of one request for these tags, in their order, after
   * access, type and limits were looked at; one answer each, when their outcome is known. A rejection is the answer to all of them.
   */
  onWrite(handler: OwnTagWriter): Disposable;
}

export type OwnTagWriter = (writes: readonly OwnTagWrite[], origin: Origin) => Promise<readonly WriteAnswer[]>;

export interface OwnTagWrite {
  readonly path: string;
  /** Of the tag's type. */
  readonly value: TagValue;
}
