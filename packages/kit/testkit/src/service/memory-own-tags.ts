import { GatewayError, isBad, statusCodes, type TagValue, type ValueColumns } from '@fieldwarden/core';
import { gatewayPrincipal, isSameType, type Origin, type WriteAnswer } from '@fieldwarden/gateway-contract';
import type { OwnTags, OwnTagWriter, ServiceTag } from '@fieldwarden/service';
import { memoryTag } from './memory-tag.js';
import type { MemoryTags, TagUpdate } from './memory-tags.js';

/** The tags that the service under test brings, among those of `MemoryTags`. The test adopts them where the gateway would. */
export class MemoryOwnTags implements OwnTags {
  readonly #tags: MemoryTags;
  readonly #serviceId: string;
  readonly #handles = new Map<string, number>();
  #writer: OwnTagWriter | undefined;

  constructor(tags: MemoryTags, serviceId: string) {
    this.#tags = tags;
    this.#serviceId = serviceId;
  }

  /** These are its tags from now on: what `definition.tags` says of settings, before `start` and before `apply`. */
  adopt(tags: readonly ServiceTag[]): void {
    for (const path of [...this.#handles.keys()]) {
      const next = tags.find((tag) => tag.path === path);
      const present = this.#tags.definition(this.#handles.get(path)!);
      if (next && present && isSameType(next.type, present.type)) continue;
      this.#tags.remove(path);
      this.#handles.delete(path);
    }
    for (const { place: _, ...tag } of tags) {
      if (this.#handles.has(tag.path)) continue;
      const own = { driverId: null, deviceId: null, serviceId: this.#serviceId } as const;
      const [handle] = this.#tags.define(memoryTag(tag.path, { ...tag, ...own }));
      this.#handles.set(tag.path, handle);
    }
  }

  handleOf(path: string): number | undefined {
    return this.#handles.get(path);
  }

  update(handles: Uint32Array, columns: ValueColumns): void {
    const own = new Set(this.#handles.values());
    const updates = [...handles.keys()].flatMap((row): TagUpdate[] => {
      const definition = own.has(handles[row]) ? this.#tags.definition(handles[row]) : undefined;
      if (!definition) return [];
      const status = columns.statuses[row];
      const value = isBad(status) ? {} : { value: columns.objects?.get(row) ?? columns.values[row] };
      return [{ path: definition.path, status, sourceAtMs: columns.sourceTimes[row], ...value }];
    });
    this.#tags.apply(...updates);
  }

  onWrite(handler: OwnTagWriter): Disposable {
    this.#writer = handler;
    return {
      [Symbol.dispose]: () => {
        if (this.#writer === handler) this.#writer = undefined;
      },
    };
  }

  /** As a write of somebody that nothing stands against. Rejects while the service takes none. */
  async write(path: string, value: TagValue, origin: Origin = somebody): Promise<WriteAnswer> {
    if (!this.#writer) throw notTaken(path);
    const [answer] = await this.#writer([{ path, value }], origin);
    return answer;
  }
}

const somebody: Origin = { via: 'rest', principal: gatewayPrincipal('test', 'operator'), correlationId: 'test' };

function notTaken(path: string): GatewayError {
  return new GatewayError({
    code: 'SERVICE_NOT_RUNNING',
    kind: 'unreachable',
    message: `nobody takes a value for ${path}`,
    status: statusCodes.BadOutOfService,
    writeOutcome: 'not-sent',
  });
}
