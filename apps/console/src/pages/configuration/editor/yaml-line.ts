/** One thing in a line of block YAML that opens or names something. */
export type YamlToken =
  | { readonly kind: 'dash'; readonly column: number }
  | { readonly kind: 'key'; readonly column: number; readonly name: string; readonly end: number };

const keyPattern = /^(?:"([^"]*)"|'([^']*)'|([A-Za-z_][\w.-]*))\s*:(?=\s|$)/;

/** The dashes and the key at the beginning of a line: `  - id: x` has a dash in column 2 and a key in column 4. */
export function tokensOf(line: string): readonly YamlToken[] {
  const tokens: YamlToken[] = [];
  let column = leadingSpaces(line, 0);
  while (line[column] === '-' && (line[column + 1] === ' ' || line.length === column + 1)) {
    tokens.push({ kind: 'dash', column });
    column = leadingSpaces(line, column + 1);
  }
  const key = keyPattern.exec(line.slice(column));
  if (key) tokens.push({ kind: 'key', column, name: key[1] ?? key[2] ?? key[3], end: column + key[0].length });
  return tokens;
}

function leadingSpaces(line: string, from: number): number {
  let column = from;
  while (line[column] === ' ') column += 1;
  return column;
}

export function isBlank(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** A scalar behind a key, without quotes and comment; undefined if nothing or a collection stands there. */
export function scalarAfter(line: string, end: number): string | undefined {
  const text = line
    .slice(end)
    .replace(/\s#.*$/, '')
    .trim();
  if (text === '' || /^[[{|>&*]/.test(text)) return undefined;
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
