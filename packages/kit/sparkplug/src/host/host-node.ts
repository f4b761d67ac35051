import { messageOf, type Clock } from '@fieldwarden/core';
import { bdSeqHead, rebirthHead } from '../edge/births.js';
import { decodePayload } from '../payload/decode-payload.js';
import type { Payload } from '../payload/payload.js';
import { formatTopic, parseTopic } from '../topics.js';
import { encodeCommand } from './command.js';
import type { HostEvent } from './host-events.js';
import { KnownMetrics } from './known-metrics.js';

export interface HostNodeOptions {
  readonly group: string;
  readonly node: string;
  readonly clock: Clock;
}

/** Between two requests; doubled for each that brought no birth. */
const firstPauseMs = 5000;
const longestPauseMs = 60_000;

/**
 * One edge node as a host sees it, without the connection: each method returns what became known and what is to be sent. Births are not
 * retained: whoever comes later has to ask for them.
 */
export class HostNode {
  readonly #options: HostNodeOptions;
  readonly #metrics = new KnownMetrics();
  #bdSeq: number | undefined;
  #nextSeq = 0;
  #isConnected = false;
  #pauseMs = firstPauseMs;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** Why the next request is due, when the pause is over. */
  #pendingReason: string | undefined;

  constructor(options: HostNodeOptions) {
    this.#options = options;
  }

  /** True from the birth of the node to its death. */
  get isOnline(): boolean {
    return this.#metrics.isBorn(undefined);
  }

  /** When `tick` has a request to send, on the monotonic clock. */
  get dueAtMs(): number | undefined {
    return this.#pendingReason === undefined ? undefined : this.#askedAtMs + this.#pauseMs;
  }

  /** The subscriptions stand: what was born before is asked for. */
  connected(): HostEvent[] {
    this.#isConnected = true;
    this.#pauseMs = firstPauseMs;
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    return this.#ask('the host has just connected');
  }

  /** What the node says is not heard any more. */
  disconnected(): HostEvent[] {
    this.#isConnected = false;
    this.#pendingReason = undefined;
    return this.#died('the connection to the broker is lost');
  }

  /** Messages of other nodes, commands and retained messages change nothing. Never throws. */
  message(topic: string, bytes: Uint8Array, isRetained: boolean): HostEvent[] {
    const parsed = parseTopic(topic);
    if (parsed?.group !== this.#options.group || parsed.node !== this.#options.node) return [];
    if (parsed.type === 'NCMD' || parsed.type === 'DCMD' || isRetained) return [];
    let payload: Payload;
    try {
      payload = decodePayload(bytes);
    } catch (error) {
      return this.#ask(`${topic}: ${messageOf(error)}`);
    }
    const { type, device } = parsed;
    if (type === 'NBIRTH') return this.#nodeBirth(payload);
    if (type === 'NDEATH') return this.#nodeDeath(payload);
    if (!this.isOnline) return this.#ask(`${type} came before an NBIRTH`);
    const hole = this.#checkSeq(payload);
    if (type === 'DBIRTH') {
      return [{ type: 'birth', device, metrics: this.#metrics.born(device, payload) }, ...hole];
    }
    if (!this.#metrics.isBorn(device)) return hole.length > 0 ? hole : this.#ask(`${topic} came before its DBIRTH`);
    if (type === 'DDEATH') {
      this.#metrics.forget(device!);
      return [{ type: 'death', device, reason: 'the node says that the device is offline' }, ...hole];
    }
    const { metrics, unknown } = this.#metrics.told(device, payload);
    const missing = unknown === 0 ? [] : this.#ask(`${topic} holds ${unknown} metrics that no birth named`);
    return [{ type: 'data', device, metrics }, ...hole, ...missing];
  }

  /** Sends the request that waited for its pause. */
  tick(): HostEvent[] {
    const reason = this.#pendingReason;
    return reason === undefined ? [] : this.#ask(reason);
  }

  #nodeBirth(payload: Payload): HostEvent[] {
    this.#metrics.clear();
    const metrics = this.#metrics.born(undefined, payload);
    this.#bdSeq = bdSeqOf(payload);
    // Section 6.4.6: an NBIRTH begins with 0. One that does not is counted on from where it is.
    this.#nextSeq = ((payload.seq ?? 0) + 1) & 0xff;
    this.#pauseMs = firstPauseMs;
    this.#pendingReason = undefined;
    return [{ type: 'birth', device: undefined, metrics }];
  }

  /** The will of an older connection may come after the birth of the next: it carries another number. */
  #nodeDeath(payload: Payload): HostEvent[] {
    const bdSeq = bdSeqOf(payload);
    return this.#bdSeq !== undefined && bdSeq !== this.#bdSeq ? [] : this.#died('the node is offline');
  }

  #died(reason: string): HostEvent[] {
    if (!this.isOnline) return [];
    this.#metrics.clear();
    return [{ type: 'death', device: undefined, reason }];
  }

  #checkSeq({ seq }: Payload): HostEvent[] {
    const expected = this.#nextSeq;
    this.#nextSeq = ((seq ?? expected) + 1) & 0xff;
    return seq === expected ? [] : this.#ask(`messages are missing: seq ${seq ?? 'unsaid'} instead of ${expected}`);
  }

  /** At once, or when the pause after the last request is over. */
  #ask(reason: string): HostEvent[] {
    if (!this.#isConnected) return [];
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs < this.#askedAtMs + this.#pauseMs) {
      this.#pendingReason ??= reason;
      return [];
    }
    // The request before this one brought no birth.
    if (Number.isFinite(this.#askedAtMs) && !this.isOnline) this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    this.#askedAtMs = nowMs;
    this.#pendingReason = undefined;
    const { group, node, clock } = this.#options;
    const request = { name: rebirthHead.name, alias: undefined, type: rebirthHead.type, value: true };
    return [
      {
        type: 'ask-for-rebirth',
        topic: formatTopic(group, 'NCMD', node),
        payload: encodeCommand([request], clock.wallMs()),
        reason,
      },
    ];
  }
}

function bdSeqOf({ metrics }: Payload): number | undefined {
  const carried = metrics.find(({ name }) => name === bdSeqHead.name)?.carried;
  return typeof carried === 'number' || typeof carried === 'bigint' ? Number(carried) : undefined;
}
