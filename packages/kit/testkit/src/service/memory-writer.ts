import { GatewayError, statusCodes, type TagValue, type StatusCode } from '@fieldwarden/core';
import {
  mayDo,
  notAllowed,
  type HandleWrite,
  type Origin,
  type TagDefinition,
  type WriteAnswer,
  type WriteReply,
} from '@fieldwarden/gateway-contract';
import type { TagWriter } from '@fieldwarden/service';
import type { MemoryTags } from './memory-tags.js';

/** One value that reached a device, or would have. */
export interface RecordedWrite {
  readonly path: string;
  readonly value: TagValue;
  readonly origin: Origin;
}

/** What the device answers, at once or later. */
export type WriteScript = (write: RecordedWrite) => WriteReply | Promise<WriteReply>;

/** Ready-made answers for `MemoryWriter.answer`. */
export const writeAnswers = {
  done: { outcome: 'done', status: statusCodes.Good },
  rejected: { outcome: 'rejected', status: statusCodes.BadDeviceFailure, message: 'the device said no' },
  'not-sent': { outcome: 'not-sent', status: statusCodes.BadNoCommunication, message: 'the device is not there' },
  unknown: { outcome: 'unknown', status: statusCodes.BadTimeout, message: 'the device did not answer' },
} as const satisfies Record<string, WriteAnswer>;

/**
 * The road of a write in memory. Refuses what the gateway refuses beforehand (unknown tag, not permitted, read-only, outside its limits) and records the
 * rest. After a write that is `done` the tag has that value, as after the next poll.
 */
export class MemoryWriter implements TagWriter {
  /**
   * Default: every write is done. `() => new Promise(() => undefined)` never answers; a promise that the test resolves answers late.
   */
  answer: WriteScript = () => writeAnswers.done;
  /** Thrown by `writeMany`, while it is set: the road itself is broken. */
  broken: Error | undefined;
  /** Requests as they came, each with the values that were not refused beforehand. */
  readonly requests: (readonly RecordedWrite[])[] = [];
  readonly #tags: MemoryTags;

  constructor(tags: MemoryTags) {
    this.#tags = tags;
  }

  /** All values that were asked for and not refused beforehand, in their order. */
  get writes(): readonly RecordedWrite[] {
    return this.requests.flat();
  }

  async writeMany(items: readonly HandleWrite[], origin: Origin): Promise<readonly WriteReply[]> {
    if (this.broken) throw this.broken;
    const accepted: RecordedWrite[] = [];
    const replies = items.map((item) => this.#accept(item, origin, accepted));
    if (accepted.length > 0) this.requests.push(accepted);
    return await Promise.all(replies.map((reply) => reply()));
  }

  #accept({ handle, value }: HandleWrite, origin: Origin, accepted: RecordedWrite[]): () => Promise<WriteReply> {
    const definition = this.#tags.definition(handle);
    const refused = definition ? refusalOf(definition, value, origin) : unknownTag();
    if (refused) return () => Promise.resolve(refused);
    const write = { path: definition!.path, value, origin };
    accepted.push(write);
    return () => this.#carryOut(write);
  }

  async #carryOut(write: RecordedWrite): Promise<WriteReply> {
    const reply = await this.answer(write);
    const isDone = 'outcome' in reply && reply.outcome === 'done';
    if (isDone && this.#tags.handleOf(write.path) !== undefined) this.#tags.set(write.path, write.value);
    return reply;
  }
}

function refusalOf(
  { access, limits, path }: TagDefinition,
  value: TagValue,
  { principal }: Origin,
): GatewayError | undefined {
  if (!mayDo(principal, 'write', path)) return notAllowed(principal, 'write', path);
  if (access !== 'read-write') return refusal('TAG_READ_ONLY', `tag ${path} is read-only`, statusCodes.BadNotWritable);
  const { min = -Infinity, max = Infinity } = limits ?? {};
  if ((typeof value !== 'number' && typeof value !== 'bigint') || (value >= min && value <= max)) return undefined;
  const message = `${String(value)} is outside the limits ${min} … ${max} of tag ${path}`;
  return refusal('VALUE_OUT_OF_LIMITS', message, statusCodes.BadOutOfRange);
}

function unknownTag(): GatewayError {
  return refusal('TAG_UNKNOWN', 'the tag does not exist any more', statusCodes.BadNodeIdUnknown);
}

function refusal(code: string, message: string, status: StatusCode): GatewayError {
  return new GatewayError({ code, kind: 'config', message, status, writeOutcome: 'rejected' });
}
