import {
  fromJsonValue,
  GatewayError,
  isGatewayError,
  messageOf,
  newCorrelationId,
  statusCodes,
  statusName,
  toGatewayError,
  type Logger,
  type StatusCode,
  type TagValue,
  type WriteOutcome,
} from '@fieldwarden/core';
import type { Principal, WriteReply } from '@fieldwarden/gateway-contract';
import type { IncomingMessage } from '@fieldwarden/mqtt-link';
import type { TagSource, TagWriter } from '@fieldwarden/service';
import type { Topics } from '../topics.js';
import type { CommandIds, CommandResult } from './command-ids.js';
import { parseCommand } from './command-request.js';

export interface CommandsDependencies {
  readonly ids: CommandIds;
  readonly tags: TagSource;
  readonly writer: TagWriter;
  readonly topics: Topics;
  /** In whose name commands are written: whom the broker lets publish them, nobody here knows. */
  readonly principal: Principal;
  /** Publishes an answer. */
  readonly answer: (topic: string, body: Readonly<Record<string, unknown>>) => void;
  readonly wallMs: () => number;
  readonly logger: Logger;
}

/** Commands that wait for devices at a time; further ones are answered `not-sent`. */
const mostWaiting = 1_000;
/** SPEC §8.1: 8 segments of 64 characters. */
const longestPath = 8 * 64 + 7;

/** Messages under `set/<path>` are writes by the ordinary road (SPEC §10.2): checked, audited, answered with the outcome, and never done twice. */
export class Commands {
  readonly #deps: CommandsDependencies;
  /** Of each tag one after the other, in the order in which they came. */
  readonly #turns = new Map<string, Promise<void>>();
  /** Being written: a second delivery is answered by the answer to the first. */
  readonly #underWay = new Set<string>();
  /** The broker hands commands over. */
  isListening = false;
  #fault: string | undefined;
  readonly #counted = { done: 0, rejected: 0, 'not-sent': 0, unknown: 0, retained: 0, repeated: 0 };

  constructor(deps: CommandsDependencies) {
    this.#deps = deps;
  }

  /** Answered so far, by outcome; `retained` and `repeated` wrote nothing. */
  get counted(): Readonly<Record<WriteOutcome | 'retained' | 'repeated', number>> {
    return { ...this.#counted };
  }

  /** Why no command is carried out at present: it could not be remembered. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Looks whether the disk takes records again. */
  async look(): Promise<void> {
    if (this.#fault !== undefined) await this.#remembered(() => this.#deps.ids.settled());
  }

  received({ topic, payload, retain }: IncomingMessage): void {
    const path = this.#deps.topics.commandPath(topic);
    if (path === undefined) return;
    if (path.length > longestPath) return this.#ignoreLong(path);
    if (retain) return this.#ignoreRetained(path);
    const request = parseCommand(payload);
    if (request.flaw !== undefined) {
      return this.#answer(
        path,
        request.id,
        notSent(statusCodes.BadInvalidArgument, `the command can't be read: ${request.flaw}`),
      );
    }
    const known = this.#deps.ids.resultOf(path, request.id);
    const key = JSON.stringify([path, request.id]);
    if (this.#underWay.has(key)) return void (this.#counted.repeated += 1);
    if (known) {
      this.#counted.repeated += 1;
      return this.#publish(path, request.id, known);
    }
    if (this.#underWay.size >= mostWaiting) {
      const message = `${mostWaiting} commands wait for their devices already`;
      return this.#answer(path, request.id, { outcome: 'not-sent', status: 'BadTooManyOperations', message });
    }
    this.#underWay.add(key);
    const before = this.#turns.get(path) ?? Promise.resolve();
    const turn = before
      .then(() => this.#carryOut(path, request.id, request.value))
      .finally(() => {
        this.#underWay.delete(key);
        if (this.#turns.get(path) === turn) this.#turns.delete(path);
      });
    this.#turns.set(path, turn);
  }

  /** Resolves when what came so far is answered. */
  async idle(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  /** Never rejects. */
  async #carryOut(path: string, id: string | number, json: unknown): Promise<void> {
    const { ids, logger } = this.#deps;
    try {
      const { handle, value } = this.#target(path, json);
      await this.#remembered(() => ids.begin(path, id));
      const result = await this.#write(handle, value);
      ids.end(path, id, result);
      this.#answer(path, id, result);
    } catch (error) {
      ids.forget(path, id);
      const { writeOutcome, status, message } = toGatewayError(error);
      logger.warn(`a command for ${path} was not carried out: ${message}`, { error });
      this.#answer(path, id, { outcome: writeOutcome, status: statusName(status), message });
    }
  }

  /** Throws kind `config` for a tag that is not there, and a value that is none of it. */
  #target(path: string, json: unknown): { readonly handle: number; readonly value: TagValue } {
    const { tags } = this.#deps;
    const handle = tags.handleOf(path);
    const definition = handle === undefined ? undefined : tags.definition(handle);
    if (handle === undefined || !definition) throw refused(statusCodes.BadNodeIdUnknown, `there is no tag ${path}`);
    try {
      return { handle, value: fromJsonValue(json, definition.type) };
    } catch (error) {
      const isRange = isGatewayError(error) && error.code === 'VALUE_OUT_OF_RANGE';
      throw refused(isRange ? statusCodes.BadOutOfRange : statusCodes.BadTypeMismatch, toGatewayError(error).message);
    }
  }

  async #write(handle: number, value: TagValue): Promise<CommandResult> {
    const { writer, principal } = this.#deps;
    const [reply] = await writer.writeMany([{ handle, value }], {
      via: 'mqtt',
      principal,
      correlationId: newCorrelationId(),
    });
    return resultOf(reply);
  }

  async #remembered(wait: () => Promise<void>): Promise<void> {
    try {
      await wait();
      this.#fault = undefined;
    } catch (error) {
      this.#fault = `commands are not carried out: they could not be remembered, and might be written twice: ${messageOf(error)}`;
      throw error;
    }
  }

  /** The topic of an answer would be longer still: brokers hang up on what is too long for them. */
  #ignoreLong(path: string): void {
    this.#deps.logger.warn(
      `a command for ${path.slice(0, 64)}… was ignored: no tag has a path of ${path.length} characters`,
    );
  }

  #ignoreRetained(path: string): void {
    this.#counted.retained += 1;
    this.#deps.logger.warn(`a retained command for ${path} was ignored: who sends commands must not have them kept`, {
      path,
    });
  }

  #answer(path: string, id: string | number | null, result: CommandResult): void {
    this.#counted[result.outcome] += 1;
    this.#publish(path, id, result);
  }

  #publish(path: string, id: string | number | null, { outcome, status, message }: CommandResult): void {
    const { topics, answer, wallMs } = this.#deps;
    const at = new Date(wallMs()).toISOString();
    answer(topics.setResult(path), { id, outcome, status, ...(message !== undefined && { message }), at });
  }
}

function resultOf(reply: WriteReply): CommandResult {
  const outcome = isGatewayError(reply) ? reply.writeOutcome : reply.outcome;
  const { status, message } = reply;
  return { outcome, status: statusName(status), ...(message !== undefined && { message }) };
}

/** Nobody asked the device: what it would have said is not known. */
function notSent(status: StatusCode, message: string): CommandResult {
  return { outcome: 'not-sent', status: statusName(status), message };
}

function refused(status: StatusCode, message: string): GatewayError {
  return new GatewayError({ code: 'MQTT_COMMAND', kind: 'config', message, status, writeOutcome: 'not-sent' });
}
