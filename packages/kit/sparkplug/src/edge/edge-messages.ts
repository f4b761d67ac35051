import type { Clock } from '@fieldwarden/core';
import { formatTopic, type MessageType } from '../topics.js';
import { encodeDeviceBirth, encodeDeviceDeath, encodeNodeBirth, encodeNodeDeath } from './births.js';
import { encodeChanges, encodeHistory } from './data-messages.js';
import type { CurrentValue, EdgeChanges } from './definitions.js';
import type { EdgeAction } from './edge-actions.js';
import type { EdgeGroup, MetricTable } from './metric-table.js';

export interface EdgeMessagesOptions {
  readonly group: string;
  readonly node: string;
  readonly current: CurrentValue;
  readonly clock: Clock;
}

/** Makes the messages of a node and gives them their sequence numbers. `isBorn` of a group follows what was said about it. */
export class EdgeMessages {
  readonly #options: EdgeMessagesOptions;
  #nextSeq = 0;
  #birthCount = 0;
  /** What the broker of this connection takes. */
  maxPayloadBytes = Number.POSITIVE_INFINITY;

  constructor(options: EdgeMessagesOptions) {
    this.#options = options;
  }

  /** Births of node and devices so far. */
  get birthCount(): number {
    return this.#birthCount;
  }

  topic(type: MessageType, device?: string): string {
    return formatTopic(this.#options.group, type, this.#options.node, device);
  }

  /** NBIRTH with seq 0, then the DBIRTH of every device that is online, with nothing between them. A node too large for the broker is not born. */
  births(table: MetricTable, bdSeq: number): EdgeAction[] {
    for (const group of table.groups) group.isBorn = false;
    const payload = encodeNodeBirth(table.node, bdSeq, this.#options.current, this.#nowMs);
    if (payload.length > this.maxPayloadBytes) {
      return [{ type: 'birth-too-large', device: undefined, payloadBytes: payload.length }];
    }
    this.#nextSeq = 1;
    this.#birthCount += 1;
    table.node.isBorn = true;
    const online = [...table.devices.values()].filter((group) => group.isOnline);
    const birth: EdgeAction = { type: 'publish', topic: this.topic('NBIRTH'), payload, qos: 0 };
    return [birth, ...online.flatMap((group) => this.deviceBirth(group))];
  }

  deviceBirth(group: EdgeGroup): EdgeAction[] {
    const payload = encodeDeviceBirth(group, this.#options.current, this.#nowMs, this.#nextSeq);
    group.isBorn = payload.length <= this.maxPayloadBytes;
    if (!group.isBorn) return [{ type: 'birth-too-large', device: group.device, payloadBytes: payload.length }];
    this.#takeSeq();
    this.#birthCount += 1;
    return [{ type: 'publish', topic: this.topic('DBIRTH', group.device), payload, qos: 0 }];
  }

  /** Nothing for a device that was not born. */
  deviceDeath(group: EdgeGroup): EdgeAction[] {
    if (!group.isBorn) return [];
    group.isBorn = false;
    const payload = encodeDeviceDeath(this.#nowMs, this.#takeSeq());
    return [{ type: 'publish', topic: this.topic('DDEATH', group.device), payload, qos: 0 }];
  }

  will(bdSeq: number): { readonly topic: string; readonly payload: Uint8Array } {
    return { topic: this.topic('NDEATH'), payload: encodeNodeDeath(bdSeq, this.#nowMs) };
  }

  /** Takes the place of the will, which the broker keeps back on an intended end. Nothing for a node that was not born. */
  nodeDeath(table: MetricTable, bdSeq: number): EdgeAction[] {
    const wasBorn = table.node.isBorn;
    for (const group of table.groups) group.isBorn = false;
    return wasBorn ? [{ type: 'publish', ...this.will(bdSeq), qos: 1 }] : [];
  }

  changes(table: MetricTable, group: EdgeGroup, changes: EdgeChanges, rows: readonly number[]): EdgeAction[] {
    const takeSeq = (): number => this.#takeSeq();
    const payloads = encodeChanges(table, changes, rows, this.#nowMs, this.maxPayloadBytes, takeSeq);
    return payloads.map((payload) => this.#data(group, payload));
  }

  /** Throws kind `protocol` for bytes that were never given out to be stored. */
  history(group: EdgeGroup, stored: Uint8Array): { readonly actions: EdgeAction[]; readonly unknown: number } {
    const takeSeq = (): number => this.#takeSeq();
    const { payloads, unknown } = encodeHistory(group, stored, this.#nowMs, this.maxPayloadBytes, takeSeq);
    return { actions: payloads.map((payload) => this.#data(group, payload)), unknown };
  }

  #data({ device }: EdgeGroup, payload: Uint8Array): EdgeAction {
    const topic = device === undefined ? this.topic('NDATA') : this.topic('DDATA', device);
    return { type: 'publish', topic, payload, qos: 0 };
  }

  get #nowMs(): number {
    return this.#options.clock.wallMs();
  }

  /** 0 to 255, then 0 again. */
  #takeSeq(): number {
    const seq = this.#nextSeq;
    this.#nextSeq = (seq + 1) & 0xff;
    return seq;
  }
}
