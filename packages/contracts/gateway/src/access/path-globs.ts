/**
 * Whether a tag's path fits any of the globs: `*` stands for a part of a segment, `**` for any number of segments. The work is at most the length
 * of the glob times that of the path, whatever they are: people send both, and a regular expression would go back and forth over them for hours.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map(segmentsOf);
  return (path) => {
    if (path === '') return false;
    const segments = path.split('/');
    return patterns.some((pattern) => fits(pattern, segments, '**', segmentFits));
  };
}

/** `a/**` takes `a/b` and `a/b/c`, not `a`; `**` in front of something takes nothing as well. */
function segmentsOf(glob: string): readonly string[] {
  const segments = glob.split('/');
  return segments.at(-1) === '**' ? [...segments, '*'] : segments;
}

function segmentFits(pattern: string, segment: string): boolean {
  return pattern === '*' || pattern === segment || fits(pattern, segment, '*', Object.is);
}

/** `any` stands for any number of items. Only what the last one stands for is ever taken back: the ones before it need no other choice. */
function fits(
  pattern: ArrayLike<string>,
  items: ArrayLike<string>,
  any: string,
  fitsOne: (pattern: string, item: string) => boolean,
): boolean {
  let at = 0;
  let lastAny: { readonly after: number; until: number } | undefined;
  for (let item = 0; item < items.length;) {
    if (at < pattern.length && pattern[at] === any) {
      at += 1;
      lastAny = { after: at, until: item };
    } else if (at < pattern.length && fitsOne(pattern[at], items[item])) {
      at += 1;
      item += 1;
    } else if (lastAny) {
      lastAny.until += 1;
      at = lastAny.after;
      item = lastAny.until;
    } else return false;
  }
  while (at < pattern.length && pattern[at] === any) at += 1;
  return at === pattern.length;
}
