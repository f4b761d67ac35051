/** Which conditions of each first-out group are active. */
export class FirstOut {
  readonly #active = new Map<string, Set<string>>();

  /** `id` has become active. Whether it was the first one of its group. */
  begins(group: string | null, id: string): boolean {
    if (group === null) return false;
    const active = this.#active.get(group) ?? new Set();
    this.#active.set(group, active.add(id));
    return active.size === 1;
  }

  ends(group: string | null, id: string): void {
    if (group === null) return;
    const active = this.#active.get(group);
    active?.delete(id);
    if (active?.size === 0) this.#active.delete(group);
  }
}
