/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

export interface QuotedScalar {
  readonly value: string;
  /** Behind the closing quote. */
  readonly end: number;
  readonly style: ScalarStyle;
}

const single = /'((?:[^'\n\r\t]|'')*)'/y;
const double = /"((?:[^"\\\0-\x1f]|\\(?:["\\/nrtbf]|u[0-9a-fA-F]{4}))*)"/y;

/** A quoted scalar on one line, with the escapes that JSON has; undefined for any other. */
export function readQuoted(text: string, start: number): QuotedScalar | undefined {
  return text.charCodeAt(start) === 0x27 ? readSingle(text, start) : readDouble(text, start);
}

function readSingle(text: string, start: number): QuotedScalar | undefined {
  single.lastIndex = start;
  const inner = single.exec(text)?.[1];
  if (inner === undefined) return undefined;
  return { value: inner.replaceAll("''", "'"), end: single.lastIndex, style: 'single' };
}

/** Most have nothing to escape. */
function readDouble(text: string, start: number): QuotedScalar | undefined {
  double.lastIndex = start;
  const inner = double.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const value = inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
  return { value, end: double.lastIndex, style: 'double' };
}
