import { toGatewayError, type Logger } from '@fieldwarden/core';
import type { TagChangeListener, TagDefinitionListener } from './tag-source.js';

/** Those who follow a TagSource. One that throws keeps neither the others nor whoever brings the values from their work. */
export class TagListeners {
  readonly #logger: Logger;
  readonly #ofChanges = new Set<TagChangeListener>();
  readonly #ofDefinitions = new Set<TagDefinitionListener>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  onChange(listener: TagChangeListener): Disposable {
    this.#ofChanges.add(listener);
    return { [Symbol.dispose]: () => void this.#ofChanges.delete(listener) };
  }

  onDefinition(listener: TagDefinitionListener): Disposable {
    this.#ofDefinitions.add(listener);
    return { [Symbol.dispose]: () => void this.#ofDefinitions.delete(listener) };
  }

  changed(handles: Uint32Array, count: number): void {
    for (const listener of this.#ofChanges) this.#guard(() => listener(handles, count));
  }

  defined(handles: Uint32Array): void {
    for (const listener of this.#ofDefinitions) this.#guard(() => listener.defined(handles));
  }

  removed(handles: Uint32Array): void {
    for (const listener of this.#ofDefinitions) this.#guard(() => listener.removed(handles));
  }

  redefined(handles: Uint32Array): void {
    for (const listener of this.#ofDefinitions) this.#guard(() => listener.redefined?.(handles));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.error(`a follower of tags failed: ${toGatewayError(error).message}`, { error });
    }
  }
}
