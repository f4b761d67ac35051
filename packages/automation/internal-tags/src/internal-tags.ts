import { isDeepStrictEqual } from 'node:util';
import {
  messageOf,
  parseDataType,
  statusCodes,
  statusName,
  toGatewayError,
  toJsonValue,
  ValueColumns,
  type Timer,
} from '@fieldwarden/core';
import { isSameType, type WriteAnswer } from '@fieldwarden/gateway-contract';
import type { OwnTags, OwnTagWrite, Service, ServiceContext, ServiceHealth } from '@fieldwarden/service';
import { held, initialOf, type HeldTag } from './held-tag.js';
import { KeptValues } from './kept-values.js';
import type { InternalTag, InternalTagsSettings } from './settings.js';
import { unknownRequest } from './unknown-request.js';

/** While the disk refuses, it is asked so often whether it takes values again. */
const retryMs = 5_000;

/** One row of `GET /internal-tags`. */
export interface InternalTagRow {
  readonly path: string;
  readonly scope: string;
  readonly value: unknown;
  readonly status: string;
  readonly persistedAt: string | null;
}

/** Holds the values of internal tags: as long as it runs in memory, and each written one on disk before its write is answered. */
export class InternalTags implements Service<InternalTagsSettings> {
  readonly #context: ServiceContext<InternalTagsSettings>;
  readonly #ownTags: OwnTags;
  readonly #end = new DisposableStack();
  readonly #held = new Map<string, HeldTag>();
  #kept: KeptValues | undefined;
  #refusal: string | undefined;
  #retry: Timer | undefined;

  constructor(context: ServiceContext<InternalTagsSettings>) {
    this.#context = context;
    this.#ownTags = context.within!.ownTags;
  }

  async start(): Promise<undefined> {
    const { storage, clock, settings } = this.#context;
    this.#kept = await KeptValues.open(await storage.table('values'), clock);
    if (this.#end.disposed) return undefined;
    this.#take(settings);
    this.#end.use(this.#ownTags.onWrite(async (writes) => await this.#write(writes)));
    return undefined;
  }

  async apply(settings: InternalTagsSettings): Promise<void> {
    this.#take(settings);
    await Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    const all = [...this.#held.values()];
    return {
      tags: all.length,
      persisted: all.filter(({ persistedAtMs }) => persistedAtMs !== null).length,
    };
  }

  health(): ServiceHealth {
    if (this.#refusal === undefined) return { state: 'Healthy' };
    return { state: 'Degraded', reason: `written values are in memory only: ${this.#refusal}` };
  }

  async request(name: string): Promise<unknown> {
    if (name !== 'tags') throw unknownRequest(name);
    return await Promise.resolve({ tags: [...this.#held.values()].map((tag) => this.#rowOf(tag)) });
  }

  async stop(): Promise<void> {
    this.#end.dispose();
    this.#retry?.[Symbol.dispose]();
    await this.#kept?.settled().catch(() => undefined); // told by `health`, and by the store's own alarm
  }

  /** What these settings say from now on. Written values stay, as long as their type does. */
  #take({ tags }: InternalTagsSettings): void {
    const next = new Map(tags.map((row) => [row.path, row]));
    for (const path of this.#held.keys()) if (!next.has(path)) this.#held.delete(path);
    for (const path of [...this.#kept!.paths]) if (next.get(path)?.persist !== true) this.#kept!.delete(path);
    this.#show(tags.flatMap((row) => this.#taken(row) ?? []));
  }

  /** The tag, where it has to be shown anew. */
  #taken(row: InternalTag): HeldTag | undefined {
    const type = parseDataType(row.dataType)!;
    const handle = this.#ownTags.handleOf(row.path);
    if (handle === undefined) return undefined;
    const before = this.#held.get(row.path);
    if (!before || before.handle !== handle || !isSameType(before.type, type)) {
      const tag = this.#restored(row, type, handle);
      this.#held.set(row.path, tag);
      return tag;
    }
    const { persist } = before.row;
    before.row = row;
    if (before.isWritten) {
      if (row.persist && !persist) {
        this.#keep(before);
        void this.#settled([before]).catch(() => undefined); // told by `health`
      } else if (!row.persist) before.persistedAtMs = null;
      return undefined;
    }
    const initial = initialOf(row);
    if (isDeepStrictEqual(initial, before.value)) return undefined;
    before.value = initial;
    before.sourceAtMs = this.#context.clock.wallMs();
    return before;
  }

  #restored(row: InternalTag, type: HeldTag['type'], handle: number): HeldTag {
    const kept = this.#kept!.get(row.path);
    if (kept?.dataType === row.dataType) {
      const { value, sourceAtMs, writtenAtMs } = kept;
      return { row, type, handle, value, sourceAtMs, isWritten: true, persistedAtMs: writtenAtMs };
    }
    this.#kept!.delete(row.path); // of another type
    const sourceAtMs = this.#context.clock.wallMs();
    return { row, type, handle, value: initialOf(row), sourceAtMs, isWritten: false, persistedAtMs: null };
  }

  #show(tags: readonly HeldTag[]): void {
    if (tags.length === 0) return;
    const columns = new ValueColumns(tags.length);
    for (const [i, { value, type, sourceAtMs }] of tags.entries()) {
      if (value === null) columns.setBad(i, statusCodes.BadWaitingForInitialData, sourceAtMs);
      else columns.set(i, value, type, sourceAtMs);
    }
    this.#ownTags.update(
      Uint32Array.from(tags, ({ handle }) => handle),
      columns,
    );
  }

  /** Shown at once; answered when it is on disk, so that what was done is done for good. */
  async #write(writes: readonly OwnTagWrite[]): Promise<readonly WriteAnswer[]> {
    const answers = writes.map((write) => this.#taking(write));
    const taken = writes.flatMap(({ path }, i) => (answers[i].outcome === 'done' ? [this.#held.get(path)!] : []));
    if (!taken.some(({ row }) => row.persist)) return answers;
    try {
      await this.#settled(taken);
      return answers;
    } catch (error) {
      const message = `it has the value now, and would lose it with a restart: ${messageOf(error)}`;
      const kept: WriteAnswer = { outcome: 'unknown', status: statusCodes.BadResourceUnavailable, message };
      return answers.map((answer, i) =>
        this.#held.get(writes[i].path)?.row.persist === true && answer.outcome === 'done' ? kept : answer,
      );
    }
  }

  #taking({ path, value: written }: OwnTagWrite): WriteAnswer {
    const tag = this.#held.get(path);
    if (!tag)
      return { outcome: 'not-sent', status: statusCodes.BadNodeIdUnknown, message: `${path} is no internal tag` };
    const before = { ...tag };
    tag.value = held(written, tag.type);
    tag.sourceAtMs = this.#context.clock.wallMs();
    tag.isWritten = true;
    try {
      if (tag.row.persist) this.#keep(tag);
    } catch (error) {
      Object.assign(tag, before);
      return { outcome: 'rejected', status: statusCodes.BadOutOfRange, message: toGatewayError(error).message };
    }
    this.#show([tag]);
    return { outcome: 'done', status: statusCodes.Good };
  }

  #keep(tag: HeldTag): void {
    const { row, value, sourceAtMs } = tag;
    tag.persistedAtMs = null;
    if (value !== null) this.#kept!.put({ path: row.path, dataType: row.dataType, value, sourceAtMs });
  }

  async #settled(tags: readonly HeldTag[]): Promise<void> {
    const put = tags.map(({ sourceAtMs }) => sourceAtMs);
    try {
      await this.#kept!.settled();
    } catch (error) {
      this.#refuses(messageOf(error));
      throw error;
    }
    this.#refusal = undefined;
    const nowMs = this.#context.clock.wallMs();
    for (const [i, tag] of tags.entries()) if (tag.row.persist && tag.sourceAtMs === put[i]) tag.persistedAtMs = nowMs;
  }

  #refuses(reason: string): void {
    this.#refusal = reason;
    if (this.#end.disposed) return;
    this.#retry?.[Symbol.dispose]();
    const unkept = [...this.#held.values()].filter(
      ({ isWritten, persistedAtMs }) => isWritten && persistedAtMs === null,
    );
    this.#retry = this.#context.clock.setTimer(() => void this.#settled(unkept).catch(() => undefined), retryMs);
  }

  #rowOf({ row, type, handle, value, persistedAtMs }: HeldTag): InternalTagRow {
    return {
      path: row.path,
      scope: row.scope,
      value: toJsonValue(value, type.scalar),
      status: statusName(this.#context.tags.status(handle)),
      persistedAt: persistedAtMs === null ? null : new Date(persistedAtMs).toISOString(),
    };
  }
}
