import { statusCodes, type DataValue, type StatusCode, type TagValue } from '@fieldwarden/core';
import type { HandleWrite, TagDefinition, WriteOrigin, WriteReply } from '@fieldwarden/gateway-contract';
import type { TagDefinitionListener, TagSource, TagWriter } from '@fieldwarden/service';

/** A read-write tag of driver `drv`, device `d1`. */
export function memoryTag(path: string, more: Partial<TagDefinition> = {}): TagDefinition {
  const type = more.type ?? { scalar: 'float64' };
  return {
    path,
    type,
    rawType: type,
    access: 'read-write',
    driverId: 'drv',
    deviceId: 'd1',
    address: path,
    scanMs: 1000,
    writeIdempotent: false,
    verify: false,
    ...more,
  };
}

/** The tags of a gateway in memory. */
export class MemoryTags implements TagSource {
  /** Thrown by everything that can be asked, while it is set: the source is broken. */
  broken: Error | undefined;
  readonly #rows: ({ readonly definition: TagDefinition; present: DataValue } | undefined)[] = [undefined];
  readonly #handles = new Map<string, number>();
  readonly #listeners = new Set<TagDefinitionListener>();

  get listeners(): number {
    return this.#listeners.size;
  }

  get size(): number {
    return this.#handles.size;
  }

  handleOf(path: string): number | undefined {
    return this.#handles.get(path);
  }

  definition(handle: number): TagDefinition | undefined {
    this.#work();
    return this.#rows[handle]?.definition;
  }

  entries(): IterableIterator<[path: string, handle: number]> {
    return this.#handles.entries();
  }

  read(handle: number): DataValue {
    this.#work();
    return this.#rows[handle]!.present;
  }

  value(handle: number): TagValue | null {
    return this.read(handle).value;
  }

  status(handle: number): StatusCode {
    return this.read(handle).status;
  }

  sourceAtMs(handle: number): number {
    return this.read(handle).sourceAtMs;
  }

  onChange(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  onDefinition(listener: TagDefinitionListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  define(...definitions: readonly TagDefinition[]): void {
    const handles = definitions.map((definition) => {
      this.#handles.set(definition.path, this.#rows.length);
      const status = statusCodes.BadWaitingForInitialData;
      return this.#rows.push({ definition, present: { value: null, status, sourceAtMs: 0, serverAtMs: 0 } }) - 1;
    });
    for (const listener of this.#listeners) listener.defined(Uint32Array.from(handles));
  }

  remove(path: string): void {
    const handle = this.#handles.get(path)!;
    for (const listener of this.#listeners) listener.removed(Uint32Array.of(handle));
    this.#rows[handle] = undefined;
    this.#handles.delete(path);
  }

  set(path: string, value: TagValue, status: StatusCode = statusCodes.Good): void {
    this.#rows[this.#handles.get(path)!]!.present = { value, status, sourceAtMs: 0, serverAtMs: 0 };
  }

  /** Tags keep their values under the status. */
  fail(status: StatusCode, ...paths: readonly string[]): void {
    for (const path of paths) {
      const row = this.#rows[this.#handles.get(path)!]!;
      row.present = { ...row.present, status };
    }
  }

  #work(): void {
    if (this.broken) throw this.broken;
  }
}

export interface RecordedWrite {
  readonly path: string;
  readonly value: TagValue;
  readonly origin: WriteOrigin;
}

/** The road of a write in memory. After a write that is `done` the tag has that value, as after the next poll. */
export class MemoryWriter implements TagWriter {
  answer: (write: RecordedWrite) => WriteReply | Promise<WriteReply> = () => ({ outcome: 'done', status: 0 });
  readonly requests: (readonly RecordedWrite[])[] = [];
  readonly #tags: MemoryTags;

  constructor(tags: MemoryTags) {
    this.#tags = tags;
  }

  /** All values that were asked for, in their order. */
  get writes(): readonly RecordedWrite[] {
    return this.requests.flat();
  }

  async writeMany(items: readonly HandleWrite[], origin: WriteOrigin): Promise<readonly WriteReply[]> {
    const writes = items.map(({ handle, value }) => ({ path: this.#tags.definition(handle)!.path, value, origin }));
    this.requests.push(writes);
    return await Promise.all(writes.map((write) => this.#carryOut(write)));
  }

  async #carryOut(write: RecordedWrite): Promise<WriteReply> {
    const reply = await this.answer(write);
    if ('outcome' in reply && reply.outcome === 'done') this.#tags.set(write.path, write.value);
    return reply;
  }
}
