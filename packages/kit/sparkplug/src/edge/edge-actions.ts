import type { TagValue } from '@fieldwarden/core';

/** What the owner of an edge node is to do, in this order and before its next call. */
export type EdgeAction =
  | KeepBdSeq
  | OpenConnection
  | CloseConnection
  | Subscribe
  | Publish
  | WriteTag
  | RefuseCommand
  | StoreHistory
  | ReportBirth;

/** Write it to the disk, and wait for that, before the next action. */
export interface KeepBdSeq {
  readonly type: 'keep-bd-seq';
  readonly bdSeq: number;
}

/** Clean session (MQTT 5: clean start, no expiry), will with QoS 1, not retained. */
export interface OpenConnection {
  readonly type: 'open';
  readonly will: { readonly topic: string; readonly payload: Uint8Array };
}

/** With MQTT 5 the reason is 0x04 (disconnect with will), 3.1.1 has none. The NDEATH was published before. */
export interface CloseConnection {
  readonly type: 'close';
  readonly reason: 'stop' | 'primary-host-offline';
}

/** All with QoS 1. Tell `subscribed` when the broker has granted them. */
export interface Subscribe {
  readonly type: 'subscribe';
  readonly topics: readonly string[];
}

/** Not retained. The sequence number in it is used: what cannot be sent ends the connection. */
export interface Publish {
  readonly type: 'publish';
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
}

/** A command: by the road of writes, all of one message together. */
export interface WriteTag {
  readonly type: 'write';
  readonly handle: number;
  readonly name: string;
  readonly value: TagValue;
}

/** A metric of a command that nothing was done for. */
export interface RefuseCommand {
  readonly type: 'refuse';
  readonly name: string;
  readonly reason: string;
}

/** Metrics that nobody could hear, named and typed, for `replay` after the births. `device` is undefined for those of the node. */
export interface StoreHistory {
  readonly type: 'store';
  readonly device: string | undefined;
  readonly payload: Uint8Array;
  readonly metricCount: number;
}

/** A birth that the broker would refuse for its size: its metrics are not told. */
export interface ReportBirth {
  readonly type: 'birth-too-large';
  readonly device: string | undefined;
  readonly payloadBytes: number;
}
