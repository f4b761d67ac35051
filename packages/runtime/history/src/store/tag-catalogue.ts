import { formatDataType, type DataType } from '@fieldwarden/core';
import type { KeptTag } from '../records/tag-record.js';

/** Every tag that was ever kept. A path may have several: one for each type that it had. */
export class TagCatalogue {
  readonly #byId = new Map<number, KeptTag>();
  readonly #byPath = new Map<string, KeptTag[]>();
  #unwritten: KeptTag[] = [];
  #lastId = 0;

  get size(): number {
    return this.#byPath.size;
  }

  paths(): readonly string[] {
    return [...this.#byPath.keys()].sort();
  }

  /** From a file. What is known already is left as it is. */
  load(tags: readonly KeptTag[]): void {
    for (const tag of tags) if (!this.#byId.has(tag.id)) this.#add(tag);
  }

  of(id: number): KeptTag | undefined {
    return this.#byId.get(id);
  }

  /** Those of a path, the newest last. */
  ofPath(path: string): readonly KeptTag[] {
    return this.#byPath.get(path) ?? [];
  }

  /** The tag under which values are kept from now on; `isNew`: nothing of it can have been kept before. */
  use(path: string, type: DataType, stepped: boolean): { readonly tag: KeptTag; readonly isNew: boolean } {
    const known = this.ofPath(path).find((one) => formatDataType(one.type) === formatDataType(type));
    if (known?.stepped === stepped) {
      this.#byPath.set(path, [...this.ofPath(path).filter((one) => one !== known), known]); // the newest is the last
      return { tag: known, isNew: false };
    }
    const tag = { id: known?.id ?? this.#lastId + 1, path, type, stepped };
    if (known) this.#forget(known);
    this.#add(tag);
    this.#unwritten.push(tag);
    return { tag, isNew: known === undefined };
  }

  /** Those that no file has yet. */
  get unwritten(): readonly KeptTag[] {
    return this.#unwritten;
  }

  /** They are on the disk. */
  written(tags: readonly KeptTag[]): void {
    const done = new Set(tags);
    this.#unwritten = this.#unwritten.filter((tag) => !done.has(tag));
  }

  #add(tag: KeptTag): void {
    this.#byId.set(tag.id, tag);
    this.#byPath.set(tag.path, [...this.ofPath(tag.path), tag]);
    this.#lastId = Math.max(this.#lastId, tag.id);
  }

  #forget(tag: KeptTag): void {
    this.#byPath.set(
      tag.path,
      this.ofPath(tag.path).filter((one) => one !== tag),
    );
  }
}
