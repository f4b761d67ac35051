import type { FieldPath, Locate } from '../rules/findings.js';

interface Place {
  /** A field begins with its name. */
  readonly at: number;
  readonly valueAt: number;
}

/**
 * Where the fields of a text that is JSON stand. Each list and group that is on the way to a finding is gone through once, so that the places of all
 * findings take a few looks at the text; the YAML parser would take minutes for a large one.
 */
export function jsonPlaces(text: string): Locate {
  const groups = new Map<number, ReadonlyMap<string | number, Place>>();
  let lineStarts: readonly number[] | undefined;
  return (path: FieldPath) => {
    let valueAt = skipBlanks(text, 0);
    let at = valueAt;
    for (const step of path) {
      let places = groups.get(valueAt);
      if (!places) groups.set(valueAt, (places = placesIn(text, valueAt)));
      const place = places.get(step);
      if (!place) break;
      ({ at, valueAt } = place);
    }
    lineStarts ??= startsOfLines(text);
    const line = lastNotAfter(lineStarts, at);
    return { line: line + 1, column: at - lineStarts[line] + 1 };
  };
}

function placesIn(text: string, start: number): ReadonlyMap<string | number, Place> {
  const places = new Map<string | number, Place>();
  const isGroup = text[start] === '{';
  if (!isGroup && text[start] !== '[') return places;
  let at = skipBlanks(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index += 1) {
    const nameEnd = isGroup ? endOfString(text, at) : at;
    const valueAt = isGroup ? skipBlanks(text, skipBlanks(text, nameEnd) + 1) : at;
    const step = isGroup ? (JSON.parse(text.slice(at, nameEnd)) as string) : index;
    places.set(step, { at, valueAt });
    at = skipBlanks(text, endOfValue(text, valueAt));
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
  return places;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') at = endOfString(text, at) - 1;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
      if (depth < 0) return at;
    } else if (sign === ',' && depth === 0) return at;
  }
  return text.length;
}

/** Just behind its closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (at < text.length && (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t')) at += 1;
  return at;
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last that is not greater. */
function lastNotAfter(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle] <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
