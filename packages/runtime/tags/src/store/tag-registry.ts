import { GatewayError } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** Small integer that stands for a tag while it is defined. Handles of removed tags are used again. */
export type TagHandle = number;

/** Stands for no tag, wherever a batch has a row that concerns nobody any more: no tag ever gets this handle. */
export const noTag: TagHandle = 0;

/** Paths that the gateway keeps for itself: no plant may use them (rule `tag-path-reserved`). */
export const systemPrefix = '_system/';

/** Which tags there are: by path, and by handle. */
export class TagRegistry {
  readonly #definitions: (TagDefinition | undefined)[] = [undefined];
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
    return this.#definitions.length;
  }

  /** What `end` will be at most after so many tags more. */
  endAfter(tags: number): number {
    return this.#definitions.length + Math.max(0, tags - this.#free.length);
  }

  handleOf(path: string): TagHandle | undefined {
    return this.#handles.get(path);
  }

  definition(handle: TagHandle): TagDefinition | undefined {
    return this.#definitions[handle];
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
    const handle = this.#free.pop() ?? this.#definitions.length;
    this.#definitions[handle] = definition;
    this.#handles.set(definition.path, handle);
    if (isSystemTag(definition)) this.#systemTags += 1;
    return handle;
  }

  replace(handle: TagHandle, definition: TagDefinition): void {
    this.#definitions[handle] = definition;
  }

  delete(handle: TagHandle): void {
    const definition = this.#definitions[handle];
    if (!definition) return;
    this.#definitions[handle] = undefined;
    this.#handles.delete(definition.path);
    this.#free.push(handle);
    if (isSystemTag(definition)) this.#systemTags -= 1;
  }
}

export function isSystemTag({ path }: TagDefinition): boolean {
  return path.startsWith(systemPrefix);
}
