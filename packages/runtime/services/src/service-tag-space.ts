import {
  GatewayError,
  statusCodes,
  toGatewayError,
  type Clock,
  type StatusCode,
  type ValueColumns,
} from '@fieldwarden/core';
import { isDeepStrictEqual } from 'node:util';
import { isSameType, type Origin, type TagDefinition, type WriteAnswer } from '@fieldwarden/gateway-contract';
import type { OwnTags, OwnTagWrite, OwnTagWriter, ServiceTag } from '@fieldwarden/service';

/** What of the tag store it works with. */
export interface TagSpaceStore {
  define(definitions: readonly TagDefinition[]): Uint32Array;
  redefine(handles: Uint32Array, definitions: readonly TagDefinition[]): void;
  remove(handles: Uint32Array): void;
  update(handles: Uint32Array, columns: ValueColumns): void;
  fail(handles: Uint32Array, status: StatusCode, sourceAtMs: number): void;
}

/** The tags of one service, by path. */
interface Space {
  readonly handles: Map<string, number>;
  readonly owned: Set<number>;
  readonly definitions: Map<string, TagDefinition>;
  writer: OwnTagWriter | undefined;
}

/**
 * The tags that services bring, in the store (SPEC §17): there as long as the plant says so, whether or not their service runs. A service gives
 * them values and answers writes only while it runs, and only to its own.
 */
export class ServiceTagSpace {
  readonly #store: TagSpaceStore;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #spaces = new Map<string, Space>();

  constructor(store: TagSpaceStore, clock: Pick<Clock, 'wallMs'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** First half of a change, before whoever takes their paths over: tags that are not among `next`, or of another type there, go. */
  withdraw(serviceId: string, next: readonly ServiceTag[]): void {
    const space = this.#spaces.get(serviceId);
    if (!space) return;
    const types = new Map(next.map(({ path, type }) => [path, type]));
    const leaving = [...space.handles].filter(([path]) => {
      const type = types.get(path);
      return !type || !isSameType(type, space.definitions.get(path)!.type);
    });
    if (leaving.length === 0) return;
    this.#store.remove(Uint32Array.from(leaving, ([, handle]) => handle));
    for (const [path, handle] of leaving) {
      space.owned.delete(handle);
      space.handles.delete(path);
      space.definitions.delete(path);
    }
  }

  /** Second half: all of these are there when it returns; what stays keeps its value. Throws TAG_PATH_TAKEN, and then adds none. */
  adopt(serviceId: string, tags: readonly ServiceTag[]): void {
    const space = this.#spaceOf(serviceId);
    const definitions = tags.map((tag) => definitionOf(serviceId, tag));
    const coming = definitions.filter(({ path }) => !space.handles.has(path));
    const changed = definitions.filter((definition) => {
      const before = space.definitions.get(definition.path);
      return before !== undefined && !isDeepStrictEqual(before, definition);
    });
    const handles = this.#store.define(coming);
    this.#store.redefine(
      Uint32Array.from(changed, ({ path }) => space.handles.get(path)!),
      changed,
    );
    for (const [i, { path }] of coming.entries()) {
      space.handles.set(path, handles[i]);
      space.owned.add(handles[i]);
    }
    for (const definition of definitions) space.definitions.set(definition.path, definition);
  }

  /** For one run of the service. Disposing it leaves its tags Bad: nobody knows any more what they are. */
  open(serviceId: string): OwnTags & Disposable {
    const space = this.#spaceOf(serviceId);
    let isOpen = true;
    return {
      handleOf: (path) => space.handles.get(path),
      update: (handles, columns) => {
        if (isOpen) this.#store.update(ownOnly(space, handles), columns);
      },
      onWrite: (handler) => {
        if (isOpen) space.writer = handler;
        return {
          [Symbol.dispose]: () => {
            if (space.writer === handler) space.writer = undefined;
          },
        };
      },
      [Symbol.dispose]: () => {
        if (!isOpen) return; // a run that was given up may end while the next one is on
        isOpen = false;
        space.writer = undefined;
        this.#store.fail(Uint32Array.from(space.handles.values()), statusCodes.BadOutOfService, this.#clock.wallMs());
      },
    };
  }

  /** A write that nothing in the gateway stands against. Rejects, with nothing done, while the service does not run. */
  async write(serviceId: string, writes: readonly OwnTagWrite[], origin: Origin): Promise<readonly WriteAnswer[]> {
    const writer = this.#spaces.get(serviceId)?.writer;
    if (!writer) throw notRunning(serviceId);
    try {
      return await writer(writes, origin);
    } catch (error) {
      throw toGatewayError(error);
    }
  }

  #spaceOf(serviceId: string): Space {
    let space = this.#spaces.get(serviceId);
    if (!space) {
      space = { handles: new Map(), owned: new Set(), definitions: new Map(), writer: undefined };
      this.#spaces.set(serviceId, space);
    }
    return space;
  }
}

/** Handles of removed tags are given to others: a service that does not know yet must not write into those. */
function ownOnly({ owned }: Space, handles: Uint32Array): Uint32Array {
  if (handles.every((handle) => owned.has(handle))) return handles;
  return handles.map((handle) => (owned.has(handle) ? handle : noTag));
}

/** Handle of no tag: a row of it changes nothing. */
const noTag = 0;

function definitionOf(serviceId: string, { place: _, ...tag }: ServiceTag): TagDefinition {
  return {
    ...tag,
    rawType: tag.type,
    driverId: null,
    deviceId: null,
    serviceId,
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
  };
}

function notRunning(serviceId: string): GatewayError {
  return new GatewayError({
    code: 'SERVICE_NOT_RUNNING',
    kind: 'unreachable',
    message: `service ${serviceId} does not run, so nobody takes the value`,
    status: statusCodes.BadOutOfService,
    writeOutcome: 'not-sent',
  });
}
