const citation = /§(\d+(?:\.\d+)?)/g;

/** Numbers of the clauses that a title cites, each once: `retries (§5.3, §5.4)` → 5.3, 5.4. */
export function citedClauses(title: string): readonly string[] {
  return [...new Set([...title.matchAll(citation)].map(([, number]) => number))];
}
