/** Whether a tag's path fits any of the globs: `*` stands for a part of a segment, `**` for any number of segments. */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map(patternOf);
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function patternOf(glob: string): RegExp {
  const segments = glob.split('/').map((segment) => (segment === '**' ? segment : segmentPattern(segment)));
  // `a/**` takes `a/b` and `a/b/c`, not `a`; `**/b` takes `b` as well.
  const text = segments.reduce((before, segment, i) => {
    const isLast = i === segments.length - 1;
    if (segment === '**') return isLast ? `${before}.+` : `${before}(?:[^/]+/)*`;
    return isLast ? before + segment : `${before}${segment}/`;
  }, '');
  return new RegExp(`^${text}$`);
}

function segmentPattern(segment: string): string {
  return segment
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join('[^/]*');
}
