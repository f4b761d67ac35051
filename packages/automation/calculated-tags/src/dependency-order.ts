export interface DependencyOrder {
  /** All that stand in no circle, each after what it depends on. */
  readonly order: readonly number[];
  /** Members of each circle, each followed by one that it depends on, beginning with the least; those of one circle are in no other one. */
  readonly cycles: readonly (readonly number[])[];
}

/** `dependencies[i]`: what i depends on. Tarjan's strongly connected components, without recursion: chains may be long. Pure. */
export function dependencyOrder(dependencies: readonly (readonly number[])[]): DependencyOrder {
  const order: number[] = [];
  const cycles: number[][] = [];
  const found = new Int32Array(dependencies.length); // 0: not yet; else when, from 1
  const low = new Int32Array(dependencies.length);
  const onPath = new Uint8Array(dependencies.length);
  const path: number[] = [];
  const open: { readonly node: number; next: number }[] = [];
  let count = 0;
  const enter = (node: number): void => {
    found[node] = low[node] = ++count;
    onPath[node] = 1;
    path.push(node);
    open.push({ node, next: 0 });
  };
  const leave = (node: number): void => {
    if (low[node] !== found[node]) return;
    const members = path.splice(path.lastIndexOf(node));
    for (const member of members) onPath[member] = 0;
    if (members.length === 1 && !dependencies[node].includes(node)) order.push(node);
    else cycles.push(circleOf(members, dependencies));
  };
  for (const root of dependencies.keys()) {
    if (found[root] !== 0) continue;
    enter(root);
    while (open.length > 0) {
      const top = open[open.length - 1];
      const dependency = dependencies[top.node][top.next++];
      if (dependency === undefined) {
        open.pop();
        const below = open.at(-1);
        if (below) low[below.node] = Math.min(low[below.node], low[top.node]);
        leave(top.node);
      } else if (found[dependency] === 0) enter(dependency);
      else if (onPath[dependency] === 1) low[top.node] = Math.min(low[top.node], found[dependency]);
    }
  }
  return { order, cycles: cycles.sort((a, b) => a[0] - b[0]) };
}

/** The shortest way from the least member back to itself. */
function circleOf(members: readonly number[], dependencies: readonly (readonly number[])[]): number[] {
  const within = new Set(members);
  const start = Math.min(...members);
  const from = new Map<number, number>();
  const waiting = [start];
  for (const node of waiting) {
    for (const dependency of dependencies[node]) {
      if (dependency === start) return wayTo(node, start, from);
      if (!within.has(dependency) || from.has(dependency)) continue;
      from.set(dependency, node);
      waiting.push(dependency);
    }
  }
  return [start];
}

function wayTo(end: number, start: number, from: ReadonlyMap<number, number>): number[] {
  const way = [end];
  while (way[0] !== start) way.unshift(from.get(way[0])!);
  return way;
}
