/** Looking for what was meant among all paths of a large plant would take a second for each mistake. */
const mostPaths = 2_000;

/** Candidates for "did you mean": those that begin like `path` first. */
export function nearPaths(path: string, all: Iterable<string>): readonly string[] {
  const start = path.slice(0, 2).toLowerCase();
  const near: string[] = [];
  const others: string[] = [];
  for (const each of all) {
    if (each.slice(0, 2).toLowerCase() === start) near.push(each);
    else if (others.length < mostPaths) others.push(each);
    if (near.length >= mostPaths) break;
  }
  return [...near, ...others].slice(0, mostPaths);
}
