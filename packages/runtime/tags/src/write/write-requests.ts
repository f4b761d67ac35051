import {
  fromJsonValue,
  isGatewayError,
  NoticeLimit,
  statusCodes,
  statusName,
  toGatewayError,
  type Clock,
  type GatewayError,
  type Logger,
  type TagValue,
} from '@fieldwarden/core';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { AcceptedWrite, writeToDevice } from './device-writes.js';
import {
  demand,
  originFields,
  type AuditTrail,
  type HandleWrite,
  type Origin,
  type TagDefinition,
  type WriteAnswer,
  type WriteReply,
} from '@fieldwarden/gateway-contract';
import type { TagHandle } from '../store/tag-registry.js';
import type { TagStore } from '../store/tag-store.js';
import { auditValue, writeEntry, type AuditedWrite } from './write-audit.js';
import { checkFinite, checkWrite, refusal, withRejection } from './write-checks.js';

/** The same by path; `json` as in `toJsonValue`. */
export interface PathWrite {
  readonly path: string;
  readonly json: unknown;
}

/** A value for a tag that a service brings. */
export interface ServiceWrite {
  readonly definition: TagDefinition;
  readonly value: TagValue;
}

export interface WriteRequestsDependencies {
  readonly store: TagStore;
  /** The road to the tag's device; undefined when its driver does not run. */
  readonly invokerOf: (driverId: string, deviceId: string) => DeviceInvoker | undefined;
  /** Writes to tags that a service brings, all of one request; a reply for each, in their order. */
  readonly writeToService?: (
    serviceId: string,
    writes: readonly ServiceWrite[],
    origin: Origin,
  ) => Promise<readonly WriteReply[]>;
  /** Writes to tags of the gateway itself (`_system/…`). */
  readonly writeLocal?: (definition: TagDefinition, value: TagValue, origin: Origin) => Promise<WriteAnswer>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  /** Has a row for each value: who, old, new, what became of it. */
  readonly audit: AuditTrail;
}

/**
 * The road of a write (SPEC §2): checks who asks, access, type, range and limits, unscales, sends, and answers with what the device said.
 *
 * What is refused beforehand is thrown, or for one of several values given as GatewayError (nothing went on the wire; `writeOutcome`
 * is `not-sent`); whatever was tried is answered.
 */
export class WriteRequests {
  readonly #deps: WriteRequestsDependencies;
  readonly #refusals: NoticeLimit;

  constructor(deps: WriteRequestsDependencies) {
    this.#deps = deps;
    this.#refusals = new NoticeLimit(deps.clock);
  }

  /** `json` as in `toJsonValue`. */
  async writePath(path: string, json: unknown, origin: Origin): Promise<WriteAnswer> {
    return answerOrThrow(await this.writePaths([{ path, json }], origin));
  }

  async write(handle: TagHandle, value: TagValue, origin: Origin): Promise<WriteAnswer> {
    return answerOrThrow(await this.writeMany([{ handle, value }], origin));
  }

  /** As `writeMany`. */
  writePaths(items: readonly PathWrite[], origin: Origin): Promise<readonly WriteReply[]> {
    return this.#writeAll(items, ({ path, json }) => this.#ofPath(path, json, origin), origin);
  }

  /**
   * All values of one request: those of one device go to its driver together, so that neighbours share a request on the wire. One reply
   * per item; what is refused does not hold up the others. Never rejects. Devices are written at the same time, the values of one in
   * their order, but that those which may be repeated keep together (`callsOf`).
   */
  writeMany(items: readonly HandleWrite[], origin: Origin): Promise<readonly WriteReply[]> {
    return this.#writeAll(items, ({ handle, value }) => this.#ofHandle(handle, value, origin), origin);
  }

  async #writeAll<Item extends PathWrite | HandleWrite>(
    items: readonly Item[],
    accept: (item: Item) => AcceptedWrite,
    origin: Origin,
  ): Promise<readonly WriteReply[]> {
    const writes = items.map((item) => attempt(() => accept(item)));
    const audited = items.map((item, i) => this.#audited(item, writes[i])); // with the values before
    const accepted = writes.filter((write) => write instanceof AcceptedWrite);
    const byRoad = Map.groupBy(accepted, roadOf);
    await Promise.all([...byRoad.values()].map((sameRoad) => this.#carryOutAndLog(sameRoad, origin)));
    const replies = writes.map((write) => (write instanceof AcceptedWrite ? write.reply! : write));
    for (const [i, reply] of replies.entries()) {
      if (isGatewayError(reply)) this.#logRefused(items[i], reply, origin);
      this.#deps.audit.record(writeEntry(audited[i], reply, origin));
    }
    return replies;
  }

  #audited(item: PathWrite | HandleWrite, write: AcceptedWrite | GatewayError): AuditedWrite {
    const { store } = this.#deps;
    const handle = 'path' in item ? store.handleOf(item.path) : item.handle;
    const definition = handle === undefined ? undefined : store.definition(handle);
    const before = handle !== undefined && definition ? auditValue(definition, store.value(handle)) : null;
    if (write instanceof AcceptedWrite && definition)
      return { path: definition.path, before, after: auditValue(definition, write.value) };
    if ('path' in item) return { path: item.path, before, after: item.json };
    return definition
      ? { path: definition.path, before, after: auditValue(definition, item.value) }
      : { path: goneTag, before, after: item.value };
  }

  #ofPath(path: string, json: unknown, { principal }: Origin): AcceptedWrite {
    const handle = this.#deps.store.handleOf(path);
    const definition = handle === undefined ? undefined : this.#deps.store.definition(handle);
    if (!definition) throw refusal('TAG_UNKNOWN', `no tag has the path ${path}`, statusCodes.BadNodeIdUnknown);
    demand(principal, 'write', path);
    const value = withRejection(() => fromJsonValue(json, definition.type));
    checkFinite(definition, value);
    return accepted(definition, value);
  }

  #ofHandle(handle: TagHandle, value: TagValue, { principal }: Origin): AcceptedWrite {
    const definition = this.#deps.store.definition(handle);
    if (!definition) throw refusal('TAG_UNKNOWN', 'the tag does not exist any more', statusCodes.BadNodeIdUnknown);
    demand(principal, 'write', definition.path);
    return accepted(definition, value);
  }

  async #carryOutAndLog(writes: readonly AcceptedWrite[], origin: Origin): Promise<void> {
    await this.#carryOut(writes, origin);
    for (const write of writes) {
      if (!isGatewayError(write.reply)) this.#log(write, write.reply!, origin);
    }
  }

  async #carryOut(writes: readonly AcceptedWrite[], origin: Origin): Promise<void> {
    const { driverId, deviceId, serviceId } = writes[0].definition;
    if (serviceId !== undefined) return await this.#writeToService(serviceId, writes, origin);
    if (driverId === null || deviceId === null) return await this.#writeLocally(writes, origin);
    const invoker = this.#deps.invokerOf(driverId, deviceId);
    if (invoker) return await writeToDevice(invoker, writes, origin.correlationId);
    const stopped = driverStopped(driverId);
    for (const write of writes) write.reply = stopped;
  }

  async #writeToService(serviceId: string, writes: readonly AcceptedWrite[], origin: Origin): Promise<void> {
    try {
      const replies = await this.#deps.writeToService?.(serviceId, writes, origin);
      for (const [i, write] of writes.entries()) write.reply = replies?.[i] ?? notWritable(write.definition);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      for (const write of writes) write.reply = error;
    }
  }

  async #writeLocally(writes: readonly AcceptedWrite[], origin: Origin): Promise<void> {
    const { writeLocal } = this.#deps;
    for (const write of writes) {
      const { definition, value } = write;
      const answer = writeLocal?.(definition, value, origin) ?? Promise.reject(notWritable(definition));
      write.reply = await answer.catch((error: unknown) => toGatewayError(error));
    }
  }

  /** Who asks for what is refused may ask again and again: told once a minute. */
  #logRefused(
    item: PathWrite | HandleWrite,
    { code, message, status, writeOutcome }: GatewayError,
    origin: Origin,
  ): void {
    const { store, logger } = this.#deps;
    const path = 'path' in item ? item.path : (store.definition(item.handle)?.path ?? goneTag);
    const more = this.#refusals.admit(`${origin.via} ${origin.principal.name} ${path} ${code}`);
    if (more === undefined) return;
    const value = 'path' in item ? (JSON.stringify(item.json) ?? '') : shown(item.value);
    logger.warn(
      `write ${cut(path)} = ${cut(value)}: ${writeOutcome} (${statusName(status)}: ${message.slice(0, maxReason)})${more}`,
      { capability: 'write', ...originFields(origin) },
    );
  }

  #log({ definition, value }: AcceptedWrite, answer: WriteAnswer, origin: Origin): void {
    const why = [answer.outcome === 'done' ? undefined : statusName(answer.status), answer.message].filter(Boolean);
    const said = why.length > 0 ? ` (${why.join(': ')})` : '';
    this.#deps.logger.info(`write ${definition.path} = ${shown(value)}: ${answer.outcome}${said}`, {
      driverId: definition.driverId,
      device: definition.deviceId,
      capability: 'write',
      ...originFields(origin),
    });
  }
}

/** Those of one road are carried out together. */
function roadOf({ definition: { driverId, deviceId, serviceId } }: AcceptedWrite): string {
  return serviceId === undefined ? `${driverId}/${deviceId}` : `service ${serviceId}`;
}

const goneTag = '(a tag that is gone)';

/** Characters of a value in the log: a client may write megabytes. */
const maxShown = 100;

function shown(value: TagValue): string {
  const isLong = typeof value !== 'string' && typeof value === 'object' && 'length' in value;
  const text = isLong ? Array.prototype.slice.call(value, 0, maxShown).join() : String(value);
  return text.length > maxShown || (isLong && value.length > maxShown) ? `${text.slice(0, maxShown)}…` : text;
}

/** Characters of a reason in the log: it may quote the value. */
const maxReason = 300;

const cut = (text: string): string => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);

function accepted(definition: TagDefinition, value: TagValue): AcceptedWrite {
  checkWrite(definition, value);
  return new AcceptedWrite(definition, value);
}

function attempt(accept: () => AcceptedWrite): AcceptedWrite | GatewayError {
  try {
    return accept();
  } catch (thrown) {
    return toGatewayError(thrown);
  }
}

function answerOrThrow([reply]: readonly WriteReply[]): WriteAnswer {
  if (isGatewayError(reply)) throw reply;
  return reply;
}

function driverStopped(driverId: string): GatewayError {
  const message = `driver ${driverId} is stopped; start it first`;
  return refusal('DRIVER_STOPPED', message, statusCodes.BadOutOfService);
}

function notWritable({ path }: TagDefinition): GatewayError {
  return refusal('TAG_READ_ONLY', `tag ${path} cannot be written`, statusCodes.BadNotWritable);
}
