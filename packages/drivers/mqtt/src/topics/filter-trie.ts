interface Branch<T> {
  readonly below: Map<string, Branch<T>>;
  /** At the filter that ends here. */
  readonly items: Set<T>;
}

/** Filters by their levels: what a topic concerns is found in as many steps as it has levels, whatever the number of filters. */
export class FilterTrie<T> {
  readonly #root: Branch<T> = newBranch();

  add(filter: string, item: T): void {
    let branch = this.#root;
    for (const level of filter.split('/')) {
      let next = branch.below.get(level);
      if (!next) branch.below.set(level, (next = newBranch()));
      branch = next;
    }
    branch.items.add(item);
  }

  delete(filter: string, item: T): void {
    remove(this.#root, filter.split('/'), 0, item);
  }

  /** Calls `found` for each item whose filter takes the topic. MQTT 5, 4.7.2: a wildcard at the beginning takes no topic with $. */
  match(topic: string, found: (item: T) => void): void {
    const levels = topic.split('/');
    matchBelow(this.#root, levels, 0, topic.startsWith('$'), found);
  }

  /** Whether another filter takes every topic that this one takes. */
  isCovered(filter: string): boolean {
    const levels = filter.split('/');
    return coveredBelow(this.#root, levels, 0, filter.startsWith('$'), false);
  }
}

function newBranch<T>(): Branch<T> {
  return { below: new Map(), items: new Set() };
}

/** True when nothing is left of the branch. */
function remove<T>(branch: Branch<T>, levels: readonly string[], at: number, item: T): boolean {
  if (at === levels.length) branch.items.delete(item);
  else {
    const next = branch.below.get(levels[at]);
    if (next && remove(next, levels, at + 1, item)) branch.below.delete(levels[at]);
  }
  return branch.below.size === 0 && branch.items.size === 0;
}

function matchBelow<T>(
  branch: Branch<T>,
  levels: readonly string[],
  at: number,
  isSystem: boolean,
  found: (item: T) => void,
): void {
  const mayBeWild = at > 0 || !isSystem;
  // `a/#` takes `a` as well.
  if (mayBeWild) branch.below.get('#')?.items.forEach(found);
  if (at === levels.length) return branch.items.forEach(found);
  const exact = branch.below.get(levels[at]);
  if (exact) matchBelow(exact, levels, at + 1, isSystem, found);
  const any = mayBeWild ? branch.below.get('+') : undefined;
  if (any) matchBelow(any, levels, at + 1, isSystem, found);
}

/** `isWider`: a wildcard was taken for something narrower, so that this is another filter. */
function coveredBelow<T>(
  branch: Branch<T>,
  levels: readonly string[],
  at: number,
  isSystem: boolean,
  isWider: boolean,
): boolean {
  const mayBeWild = at > 0 || !isSystem;
  const rest = mayBeWild ? branch.below.get('#') : undefined;
  if (rest && rest.items.size > 0 && (isWider || at < levels.length - 1 || levels[at] !== '#')) return true;
  if (at === levels.length) return isWider && branch.items.size > 0;
  const level = levels[at];
  if (level === '#') return false;
  const exact = branch.below.get(level);
  if (exact && coveredBelow(exact, levels, at + 1, isSystem, isWider)) return true;
  const any = mayBeWild && level !== '+' ? branch.below.get('+') : undefined;
  return any !== undefined && coveredBelow(any, levels, at + 1, isSystem, true);
}
