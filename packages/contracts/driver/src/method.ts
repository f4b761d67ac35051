import type { StatusCode, TagValue, WriteOutcome } from '@fieldwarden/core';

/** A method of the device to be called; OPC UA 10000-4, 5.12 (Call). Plain data. */
export interface MethodCall {
  /** The object that has the method, as `discover` named it; empty where a protocol knows no objects. */
  readonly object: string;
  readonly method: string;
  /** In the method's own order and types. */
  readonly inputs: readonly TagValue[];
}

export interface MethodResult {
  /** `done`: the device executed it · `rejected`: it said no · never Good before it answered, as with a write. */
  readonly outcome: WriteOutcome;
  /** Good for `done`; else why not. */
  readonly status: StatusCode;
  /** In the method's own order; empty unless done. */
  readonly outputs: readonly TagValue[];
  /** For people, when there is more to say. */
  readonly message?: string;
}
