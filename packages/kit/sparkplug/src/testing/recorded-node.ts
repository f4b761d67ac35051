import { statusCodes, type DataType, type DataValue, type StatusCode, type TagValue } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import type { EdgeChanges, EdgeDefinitions, EdgeMetric } from '../edge/definitions.js';
import type { EdgeAction } from '../edge/edge-actions.js';
import { EdgeNode, type EdgeNodeOptions } from '../edge/edge-node.js';
import { parseTopic, type MessageType } from '../topics.js';
import { decodeIndependently, type SeenPayload } from './independent-decoder.js';

/** 2023-11-14T22:13:20Z. */
export const startMs = 1_700_000_000_000;

/** What an edge node did, as its broker and its owner would see it. */
export type Seen =
  | { readonly type: 'keep'; readonly bdSeq: number }
  | { readonly type: 'connect'; readonly topic: string; readonly payload: SeenPayload }
  | { readonly type: 'subscribe'; readonly topics: readonly string[] }
  | SeenMessage
  | { readonly type: 'close'; readonly reason: string }
  | Extract<EdgeAction, { type: 'write' | 'refuse' | 'store' | 'birth-too-large' }>;

export interface SeenMessage {
  readonly type: 'message';
  readonly topic: string;
  readonly messageType: MessageType;
  readonly device: string | undefined;
  readonly qos: number;
  readonly payload: SeenPayload;
  readonly sentAtMs: number;
}

/** An edge node with tags and a clock of its own. Everything it does is written down. */
export class RecordedNode {
  readonly clock = new FakeClock({ wallMs: startMs });
  readonly seen: Seen[] = [];
  readonly stored: Extract<EdgeAction, { type: 'store' }>[] = [];
  readonly node: EdgeNode;
  readonly #values = new Map<number, DataValue>();

  constructor(definitions: EdgeDefinitions, options: Partial<EdgeNodeOptions> = {}) {
    this.node = new EdgeNode({
      group: 'plant',
      node: 'gateway',
      primaryHost: null,
      aliases: true,
      commands: true,
      lastBdSeq: undefined,
      definitions,
      current: (handle) =>
        this.#values.get(handle) ?? {
          value: null,
          status: statusCodes.BadWaitingForInitialData,
          sourceAtMs: 0,
          serverAtMs: 0,
        },
      clock: this.clock,
      ...options,
    });
  }

  get messages(): SeenMessage[] {
    return this.seen.filter((seen) => seen.type === 'message');
  }

  /** Sets a value without telling. */
  set(
    handle: number,
    value: TagValue | null,
    status: StatusCode = statusCodes.Good,
    sourceAtMs = this.clock.wallMs(),
  ): void {
    this.#values.set(handle, { value, status, sourceAtMs, serverAtMs: sourceAtMs });
  }

  /** Several changes in one batch. */
  change(...handles: number[]): void {
    const value = (row: number): DataValue => this.#values.get(handles[row])!;
    const changes: EdgeChanges = {
      count: handles.length,
      handle: (row) => handles[row],
      value: (row) => value(row).value,
      status: (row) => value(row).status,
      sourceAtMs: (row) => value(row).sourceAtMs,
    };
    this.do(this.node.changed(changes));
  }

  setAndChange(handle: number, value: TagValue | null, status?: StatusCode, sourceAtMs?: number): void {
    this.set(handle, value, status, sourceAtMs);
    this.change(handle);
  }

  /** A connection up to its births. */
  connect(maxPayloadBytes?: number): void {
    this.do(this.node.connect());
    this.node.connectSent();
    this.do(this.node.connected(maxPayloadBytes));
    this.do(this.node.subscribed());
  }

  do(actions: readonly EdgeAction[]): void {
    for (const action of actions) this.#see(action);
  }

  #see(action: EdgeAction): void {
    switch (action.type) {
      case 'keep-bd-seq':
        this.seen.push({ type: 'keep', bdSeq: action.bdSeq });
        return;
      case 'open':
        this.seen.push({
          type: 'connect',
          topic: action.will.topic,
          payload: decodeIndependently(action.will.payload),
        });
        return;
      case 'publish':
        this.seen.push({
          type: 'message',
          topic: action.topic,
          messageType: parseTopic(action.topic)!.type,
          device: parseTopic(action.topic)!.device,
          qos: action.qos,
          payload: decodeIndependently(action.payload),
          sentAtMs: this.clock.wallMs(),
        });
        return;
      case 'store':
        this.stored.push(action);
        this.seen.push(action);
        return;
      default:
        this.seen.push(action);
    }
  }
}

export function metric(handle: number, name: string, scalar: DataType['scalar'], isWritable = false): EdgeMetric {
  return { handle, name, type: { scalar }, isWritable };
}

/** A node with one metric of its own and two devices. */
export const plant: EdgeDefinitions = {
  metrics: [metric(1, 'batch/count', 'int32')],
  devices: [
    {
      id: 'line:filler',
      metrics: [
        metric(2, 'filler/speed', 'float64'),
        metric(3, 'filler/setpoint', 'float32', true),
        metric(4, 'filler/parts', 'uint32'),
      ],
    },
    { id: 'line:capper', metrics: [metric(5, 'capper/torque', 'float64'), metric(6, 'capper/name', 'string')] },
  ],
};
