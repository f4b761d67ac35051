import type { TagChangeListener, TagDefinitionListener } from '@fieldwarden/service';

/** What stands in the array beyond `count`, and everywhere once the listeners have returned: no tag has this handle. */
const scribble = 0xdead_beef;

/** Those who follow `MemoryTags`. One that throws keeps the others from nothing, and is kept for the test to look at. */
export class TagFollowers {
  readonly thrown: unknown[] = [];
  readonly #ofChanges = new Set<TagChangeListener>();
  readonly #ofDefinitions = new Set<TagDefinitionListener>();
  /** The array that all listeners get; one of their own for a change that a listener makes. */
  #scratch = new Uint32Array(64).fill(scribble);
  #telling = false;

  get size(): number {
    return this.#ofChanges.size + this.#ofDefinitions.size;
  }

  onChange(listener: TagChangeListener): Disposable {
    this.#ofChanges.add(listener);
    return { [Symbol.dispose]: () => void this.#ofChanges.delete(listener) };
  }

  onDefinition(listener: TagDefinitionListener): Disposable {
    this.#ofDefinitions.add(listener);
    return { [Symbol.dispose]: () => void this.#ofDefinitions.delete(listener) };
  }

  changed(handles: readonly number[]): void {
    if (handles.length === 0) return;
    const told = this.#room(handles.length);
    const nested = this.#telling;
    told.set(handles);
    this.#telling = true;
    for (const listener of this.#ofChanges) this.#guard(() => listener(told, handles.length));
    this.#telling = nested;
    told.fill(scribble, 0, handles.length);
  }

  defined(handles: Uint32Array): void {
    for (const listener of this.#ofDefinitions) this.#guard(() => listener.defined(handles.slice()));
  }

  removed(handles: Uint32Array): void {
    for (const listener of this.#ofDefinitions) this.#guard(() => listener.removed(handles.slice()));
  }

  redefined(handles: Uint32Array): void {
    for (const listener of this.#ofDefinitions) this.#guard(() => listener.redefined?.(handles.slice()));
  }

  #room(length: number): Uint32Array {
    if (this.#telling) return new Uint32Array(length + 1).fill(scribble);
    if (this.#scratch.length <= length) this.#scratch = new Uint32Array(length * 2).fill(scribble);
    return this.#scratch;
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.thrown.push(error);
    }
  }
}
