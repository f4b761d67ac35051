/** Handles that wait, each once, in the order in which they came. Costs one byte and four a handle, and no object. */
export class WaitingHandles {
  #waits = new Uint8Array(0);
  #order = new Uint32Array(0);
  #first = 0;
  #end = 0;
  /** How many wait. */
  count = 0;

  /** Handles below `end` may come from now on. */
  grow(end: number): void {
    if (end <= this.#waits.length) return;
    const capacity = Math.max(end, Math.ceil(this.#waits.length * 1.5));
    const waits = new Uint8Array(capacity);
    waits.set(this.#waits);
    this.#waits = waits;
    this.#restock(new Uint32Array(2 * capacity));
  }

  /** False: it waits already. */
  add(handle: number): boolean {
    if (this.#waits[handle] === 1) return false;
    if (this.#end === this.#order.length) this.#restock(this.#order);
    this.#waits[handle] = 1;
    this.#order[this.#end++] = handle;
    this.count += 1;
    return true;
  }

  has(handle: number): boolean {
    return this.#waits[handle] === 1;
  }

  /** It waits no more; its place in the order is passed over. */
  delete(handle: number): void {
    if (this.#waits[handle] !== 1) return;
    this.#waits[handle] = 0;
    this.count -= 1;
  }

  /** Moves up to `limit` of them, the oldest first, into `into`. Returns how many. */
  take(into: Uint32Array, limit: number): number {
    let taken = 0;
    while (taken < limit && this.#first < this.#end) {
      const handle = this.#order[this.#first++];
      if (this.#waits[handle] !== 1) continue;
      this.#waits[handle] = 0;
      into[taken++] = handle;
    }
    this.count -= taken;
    if (this.#first === this.#end) this.#first = this.#end = 0;
    return taken;
  }

  /** Moves those that wait to the front of `into`, which holds at least twice as many as there are handles. */
  #restock(into: Uint32Array<ArrayBuffer>): void {
    let kept = 0;
    for (let place = this.#first; place < this.#end; place += 1) {
      const handle = this.#order[place];
      // One that was deleted and came again stands here twice: the first place counts.
      if (this.#waits[handle] !== 1) continue;
      this.#waits[handle] = 2;
      into[kept++] = handle;
    }
    for (let place = 0; place < kept; place += 1) this.#waits[into[place]] = 1;
    this.#order = into;
    this.#first = 0;
    this.#end = kept;
  }
}
