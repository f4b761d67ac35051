import { errorToData, GatewayError, isGatewayError, statusCodes, toGatewayError } from '@fieldwarden/core';
import type { Origin, WriteReply } from '@fieldwarden/gateway-contract';
import {
  deskMethods,
  type AccessDesk,
  type AlarmFeed,
  type GatewayDesks,
  type ServiceAlarms,
  type ServiceEvents,
  type ServiceStorage,
  type ServiceTable,
  type TagColumnSource,
  type TagWriter,
} from '@fieldwarden/service';
import { protocolError } from '../../wire/channel-error.js';
import { encodeToService } from '../service-codec.js';
import {
  askCredits,
  type AskedWrite,
  type AskMessage,
  type ServiceAsk,
  type ServiceTell,
  type ToServiceMessage,
  type WriteReplyData,
} from '../service-messages.js';

/** Entries of a table in one message. */
const entriesPerMessage = 500;

/** What of the gateway a service in a Host reaches. */
export interface HostedSurroundings {
  readonly tags: TagColumnSource;
  readonly writer: TagWriter;
  readonly events: ServiceEvents;
  readonly alarms: ServiceAlarms;
  /** Undefined: there is no book. */
  readonly alarmFeed?: AlarmFeed | undefined;
  readonly storage: ServiceStorage;
  readonly access: AccessDesk;
  readonly desks: GatewayDesks;
}

export interface AnsweredAsksPort {
  /** What is asked now may have waited for long. */
  mayBeOld(): boolean;
  send(message: ToServiceMessage): void;
  /** Resolves when the transport takes more. */
  whenWritable(): Promise<void>;
  /** A write was asked for, and came to its end: `ok`, or the code of what refused it. For the post-mortem. */
  began(what: string, correlationId: string): (result: string) => void;
}

/** Carries out what the service of one Host asks and says. Ends with that Host: an answer that comes later goes nowhere. */
export class AnsweredAsks {
  readonly #around: HostedSurroundings;
  readonly #port: AnsweredAsksPort;
  readonly #tables = new Map<string, ServiceTable>();
  readonly #raised = new Set<string>();
  /** Large answers go one after the other, as fast as the Host reads. */
  #reading: Promise<void> = Promise.resolve();
  #open = 0;
  #ended = false;

  constructor(around: HostedSurroundings, port: AnsweredAsksPort) {
    this.#around = around;
    this.#port = port;
  }

  /** Throws kind `protocol` when the Host asks more than its credits allow. */
  ask({ call, ask }: AskMessage): void {
    if (this.#open >= askCredits) throw protocolError(`more than ${askCredits} asks without an answer`);
    this.#open += 1;
    this.#answer(call, ask).catch((error: unknown) =>
      this.#settle({ type: 'refuse', call, error: errorToData(error) }),
    );
  }

  /** Throws kind `protocol` for a table that was never asked for, and what the gateway's own parts throw. */
  told(what: ServiceTell): void {
    const { events, alarms } = this.#around;
    switch (what.kind) {
      case 'event':
        return events.append({ message: what.message, ...(what.data && { data: what.data }) });
      case 'raise':
        this.#raised.add(what.conditionId);
        return alarms.raise({ conditionId: what.conditionId, severity: what.severity, message: what.message });
      case 'clear':
        this.#raised.delete(what.conditionId);
        return alarms.clear(what.conditionId);
      case 'put':
        return this.#table(what.table).put(what.key, what.value);
      case 'delete':
        return this.#table(what.table).delete(what.key);
    }
  }

  /** The Host is gone: nothing is answered any more, and its alarms end with it. */
  end(): void {
    this.#ended = true;
    for (const conditionId of this.#raised) this.#around.alarms.clear(conditionId);
    this.#raised.clear();
  }

  async #answer(call: number, ask: ServiceAsk): Promise<void> {
    switch (ask.kind) {
      case 'write':
        return this.#settle({ type: 'answer', call, value: await this.#write(ask.items, ask.origin) });
      case 'table':
        this.#tables.set(ask.table, await this.#around.storage.table(ask.table));
        return this.#settle({ type: 'answer', call, value: undefined });
      case 'settled':
        await this.#table(ask.table).settled();
        return this.#settle({ type: 'answer', call, value: undefined });
      case 'get':
        return await this.#read(async () => {
          const value = await this.#table(ask.table).get(ask.key);
          this.#settle({ type: 'answer', call, value });
        });
      case 'entries':
        return await this.#read(() => this.#sendEntries(call, ask.table));
      case 'desk': {
        const value = await askDesk(this.#around.desks, ask);
        return await this.#read(() => {
          this.#settle({ type: 'answer', call, value });
          return Promise.resolve();
        });
      }
      case 'sign-in':
        return this.#settle({ type: 'answer', call, value: await this.#around.access.signIn(ask.attempt) });
      case 'sign-in-certificate': {
        const value = await this.#around.access.signInByCertificate(ask.attempt);
        return this.#settle({ type: 'answer', call, value });
      }
    }
  }

  async #read(read: () => Promise<void>): Promise<void> {
    const turn = this.#reading.then(async () => {
      await this.#port.whenWritable();
      if (!this.#ended) await read();
    });
    this.#reading = turn.catch(() => undefined);
    await turn;
  }

  async #sendEntries(call: number, table: string): Promise<void> {
    const entries = await this.#table(table).entries();
    for (let from = 0; from < entries.length; from += entriesPerMessage) {
      await this.#port.whenWritable();
      if (this.#ended) return;
      this.#sendSome(call, entries.slice(from, from + entriesPerMessage));
    }
    this.#settle({ type: 'answer', call, value: [] });
  }

  /** Halves until each part fits a frame. */
  #sendSome(call: number, entries: Awaited<ReturnType<ServiceTable['entries']>>): void {
    const message = { type: 'entries', call, entries } as const;
    if (entries.length === 1 || fits(message)) return this.#port.send(message);
    const middle = entries.length >>> 1;
    this.#sendSome(call, entries.slice(0, middle));
    this.#sendSome(call, entries.slice(middle));
  }

  /**
   * Those whose tag is another one by now are not written: the Host did not know that yet. Nor is anything that may have waited: whoever
   * wanted it may have given up, and written something else since.
   */
  async #write(items: readonly AskedWrite[], origin: Origin): Promise<WriteReplyData[]> {
    if (this.#port.mayBeOld()) return items.map((item) => ({ error: errorToData(waitedTooLong(item)) }));
    const ended = this.#port.began('write', origin.correlationId);
    const { tags, writer } = this.#around;
    const known = items.filter(({ handle, path }) => tags.definition(handle)?.path === path);
    const replies = await writer.writeMany(
      known.map(({ handle, value }) => ({ handle, value })),
      origin,
    );
    const byItem = new Map(known.map((item, index) => [item, replies[index]]));
    const data = items.map((item) => replyData(byItem.get(item) ?? tagGone(item)));
    if (!this.#ended) ended(resultOf(data));
    return data;
  }

  #table(name: string): ServiceTable {
    const table = this.#tables.get(name);
    if (!table) throw protocolError(`a table ${name} that was never asked for`);
    return table;
  }

  #settle(message: Extract<ToServiceMessage, { type: 'answer' | 'refuse' }>): void {
    this.#open -= 1;
    if (this.#ended) return;
    try {
      this.#port.send(message);
    } catch (error) {
      this.#port.send({ type: 'refuse', call: message.call, error: errorToData(error) });
    }
  }
}

type DeskAsk = Extract<ServiceAsk, { readonly kind: 'desk' }>;

async function askDesk(desks: GatewayDesks, { desk, method, args }: DeskAsk): Promise<unknown> {
  if (!(deskMethods[desk] as readonly string[]).includes(method)) {
    throw protocolError(`the desk ${desk} has no ${method}`);
  }
  const methods = desks[desk] as unknown as Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;
  return await methods[method](...args);
}

function fits(message: ToServiceMessage): boolean {
  try {
    encodeToService(message);
    return true;
  } catch (error) {
    if (toGatewayError(error).code === 'CHANNEL_MESSAGE_TOO_LARGE') return false;
    throw error;
  }
}

function replyData(reply: WriteReply): WriteReplyData {
  return isGatewayError(reply) ? { error: errorToData(reply) } : { answer: reply };
}

function resultOf(replies: readonly WriteReplyData[]): string {
  const refused = replies.find((reply) => 'error' in reply);
  if (refused && 'error' in refused) return refused.error.code;
  const other = replies.find((reply) => 'answer' in reply && reply.answer.outcome !== 'done');
  return other && 'answer' in other ? other.answer.outcome : 'ok';
}

function waitedTooLong({ path }: AskedWrite): GatewayError {
  return new GatewayError({
    code: 'SERVICE_WRITE_LATE',
    kind: 'unreachable',
    message: `the write of ${path} was not sent: the gateway or the service stood still, so it may have waited for long; write again`,
    status: statusCodes.BadNoCommunication,
    writeOutcome: 'not-sent',
  });
}

function tagGone({ path }: AskedWrite): GatewayError {
  return new GatewayError({
    code: 'TAG_UNKNOWN',
    kind: 'config',
    message: path === '' ? 'the tag does not exist any more' : `tag ${path} does not exist any more`,
    status: statusCodes.BadNodeIdUnknown,
    writeOutcome: 'rejected',
  });
}
