import { GatewayError } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { SharedTerms, type TagTerms } from './tag-terms.js';

/** Small integer that stands for a tag while it is defined. Handles of removed tags are used again. */
export type TagHandle = number;

/** Stands for no tag, wherever a batch has a row that concerns nobody any more: no tag ever gets this handle. */
export const noTag: TagHandle = 0;

/** Paths that the gateway keeps for itself: no plant may use them (rule `tag-path-reserved`). */
export const systemPrefix = '_system/';

/**
 * Which tags there are: by path, and by handle. Definitions are kept in columns and put together when somebody asks: most fields
 * of a tag are those of its neighbours, too.
 */
export class TagRegistry {
  readonly #paths: (string | undefined)[] = [undefined];
  readonly #addresses: (string | undefined)[] = [undefined];
  readonly #terms: (TagTerms | undefined)[] = [undefined];
  readonly #descriptions = new Map<TagHandle, string>();
  readonly #shared = new SharedTerms();
  readonly #handles = new Map<string, TagHandle>();
  readonly #free: TagHandle[] = [];
  #systemTags = 0;

  get size(): number {
    return this.#handles.size;
  }

  /** Without those in which the gateway tells about itself. */
  get plantSize(): number {
    return this.#handles.size - this.#systemTags;
  }

  /** One more than the greatest handle that was ever given out. */
  get end(): number {
    return this.#paths.length;
  }

  /** What `end` will be at most after so many tags more. */
  endAfter(tags: number): number {
    return this.end + Math.max(0, tags - this.#free.length);
  }

  handleOf(path: string): TagHandle | undefined {
    return this.#handles.get(path);
  }

  pathOf(handle: TagHandle): string | undefined {
    return this.#paths[handle];
  }

  addressOf(handle: TagHandle): string | undefined {
    return this.#addresses[handle];
  }

  /** What the tag's definition says that is not its own alone: no object is made for it. */
  terms(handle: TagHandle): TagTerms | undefined {
    return this.#terms[handle];
  }

  /** A new object each time. */
  definition(handle: TagHandle): TagDefinition | undefined {
    const terms = this.#terms[handle];
    if (!terms) return undefined;
    const path = this.#paths[handle]!;
    const address = this.#addresses[handle]!;
    return { ...terms, path, address, description: this.#descriptions.get(handle) };
  }

  /** In order of definition. */
  entries(): IterableIterator<[path: string, handle: TagHandle]> {
    return this.#handles.entries();
  }

  handles(): IterableIterator<TagHandle> {
    return this.#handles.values();
  }

  /** Throws kind `config` if one of the paths is taken. */
  refuseTaken(definitions: readonly TagDefinition[]): void {
    const taken = definitions.find(({ path }) => this.#handles.has(path));
    if (taken)
      throw new GatewayError({ code: 'TAG_PATH_TAKEN', kind: 'config', message: `tag ${taken.path} exists already` });
  }

  add(definition: TagDefinition): TagHandle {
    const handle = this.#free.pop() ?? this.end;
    this.#paths[handle] = definition.path;
    this.replace(handle, definition);
    this.#handles.set(definition.path, handle);
    if (isSystemTag(definition)) this.#systemTags += 1;
    return handle;
  }

  /** By one with the same path. */
  replace(handle: TagHandle, definition: TagDefinition): void {
    const { address, description } = definition;
    this.#addresses[handle] = address;
    this.#terms[handle] = this.#shared.of(definition);
    if (description === undefined) this.#descriptions.delete(handle);
    else this.#descriptions.set(handle, description);
  }

  delete(handle: TagHandle): void {
    const path = this.#paths[handle];
    if (path === undefined) return;
    this.#paths[handle] = undefined;
    this.#addresses[handle] = undefined;
    this.#terms[handle] = undefined;
    this.#descriptions.delete(handle);
    this.#handles.delete(path);
    this.#free.push(handle);
    if (isSystemTag({ path })) this.#systemTags -= 1;
  }
}

export function isSystemTag({ path }: Pick<TagDefinition, 'path'>): boolean {
  return path.startsWith(systemPrefix);
}
