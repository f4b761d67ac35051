import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { isDeepStrictEqual } from 'node:util';

/** A definition without what is a tag's own: the rest is the same for most tags of a device. */
export type TagTerms = Omit<TagDefinition, OwnField>;

type OwnField = 'path' | 'address' | 'description';

/** So many different terms are looked through for the same ones; a tag whose terms are not among them gets its own. */
const remembered = 16;

/** Gives equal terms the same object: 500,000 tags are defined with a few. */
export class SharedTerms {
  /** Newest use first. */
  readonly #recent: TagTerms[] = [];

  of(definition: TagDefinition): TagTerms {
    const { path: _, address: __, description: ___, ...terms } = definition;
    const at = this.#recent.findIndex((known) => isSameTerms(known, terms));
    const shared = at < 0 ? Object.freeze(terms) : this.#recent[at];
    if (at !== 0) {
      this.#recent.splice(at < 0 ? remembered - 1 : at, 1);
      this.#recent.unshift(shared);
    }
    return shared;
  }
}

/** Field by field, whichever there are: a difference is found at once, and most fields are no objects. */
function isSameTerms(a: TagTerms, b: TagTerms): boolean {
  const fields = Object.keys(a) as (keyof TagTerms)[];
  return (
    fields.length === Object.keys(b).length &&
    fields.every((field) => field in b && (Object.is(a[field], b[field]) || isDeepStrictEqual(a[field], b[field])))
  );
}
