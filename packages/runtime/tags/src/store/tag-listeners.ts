import { toGatewayError, type Logger } from '@fieldwarden/core';

/** Handles whose value or status changed; only the first `count` entries count. The array is reused: copy what you keep. */
export type ChangeListener = (handles: Uint32Array, count: number) => void;

/** Told when tags come and go, with their handles. */
export interface DefinitionListener {
  defined(handles: Uint32Array): void;
  /** Called before they go: their definitions can still be asked for. */
  removed(handles: Uint32Array): void;
  /** The definitions are others now, the values may be; paths and types are as they were. */
  redefined?(handles: Uint32Array): void;
}

/** Those who follow the tag store. One that throws keeps neither the others nor the poller from their work. */
export class TagListeners {
  readonly #logger: Logger;
  readonly #ofChanges = new Set<ChangeListener>();
  readonly #ofDefinitions = new Set<DefinitionListener>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  onChange(listener: ChangeListener): Disposable {
    this.#ofChanges.add(listener);
    return { [Symbol.dispose]: () => void this.#ofChanges.delete(listener) };
  }

  onDefinition(listener: DefinitionListener): Disposable {
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
      this.#logger.error(`a listener of the tag store failed: ${toGatewayError(error).message}`, { error });
    }
  }
}
