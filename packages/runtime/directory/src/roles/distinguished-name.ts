/**
 * A distinguished name (RFC 4514) in a form in which two that mean the same are the same text: attributes and values in lower case, no
 * blanks around signs, escapes resolved. Undefined for what is none. Directories compare names of people and groups without regard to case.
 */
export function normalisedDn(text: string): string | undefined {
  const parts = rdnsOf(text);
  return parts?.map((rdn) => rdn.sort().join('+')).join(',');
}

/** The pairs of each level, the first one first. */
function rdnsOf(text: string): string[][] | undefined {
  const rdns: string[][] = [[]];
  let rest = text.trim();
  if (rest === '') return undefined;
  for (;;) {
    const pair = pairAtStart(rest);
    if (!pair) return undefined;
    rdns.at(-1)!.push(`${pair.attribute}=${JSON.stringify(pair.value)}`);
    if (pair.rest === '') return rdns;
    if (pair.rest[0] !== '+') rdns.push([]);
    rest = pair.rest.slice(1);
  }
}

interface Pair {
  readonly attribute: string;
  readonly value: string;
  /** Begins with the sign that ended the value. */
  readonly rest: string;
}

const pairPattern = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)\s*=\s*((?:\\[0-9A-Fa-f]{2}|\\.|[^\\,;+])*)/s;

function pairAtStart(text: string): Pair | undefined {
  const match = pairPattern.exec(text);
  if (!match) return undefined;
  const [all, attribute, written] = match;
  const value = unescaped(withoutBlanksAtEnd(written)).toLowerCase().replaceAll(/\s+/g, ' ');
  return { attribute: attribute.toLowerCase(), value, rest: text.slice(all.length) };
}

/** A blank that is escaped belongs to the value. */
function withoutBlanksAtEnd(value: string): string {
  const trimmed = value.trimEnd();
  return /(^|[^\\])(\\\\)*\\$/.test(trimmed) && trimmed.length < value.length
    ? value.slice(0, trimmed.length + 1)
    : trimmed;
}

/** RFC 4514, 2.4: `\,` is the sign, `\C3\A4` are bytes of UTF-8. */
function unescaped(value: string): string {
  return value.replaceAll(/(?:\\[0-9A-Fa-f]{2})+|\\(.)/gs, (escape, sign: string | undefined) =>
    sign === undefined ? Buffer.from(escape.replaceAll('\\', ''), 'hex').toString('utf8') : sign,
  );
}
