/** A name, or `[]` for any item of a sequence. */
export type PathStep = string;

/** Where a position stands within `{ … }` and `[ … ]` that begin in the same line. */
export interface FlowContext {
  /** Column of the outermost open bracket. */
  readonly start: number;
  /** Steps inside it; `[]` for an item of a sequence. */
  readonly path: readonly PathStep[];
  readonly mode: 'key' | 'value';
  /** Keys of the mapping that are there already. */
  readonly present: readonly string[];
}

interface Open {
  readonly bracket: '{' | '[';
  readonly column: number;
  key: string | undefined;
  readonly present: string[];
  wordStart: number;
}

/** Undefined if no bracket is open before `column`. */
export function flowContext(line: string, column: number): FlowContext | undefined {
  const stack: Open[] = [];
  let quote = '';
  for (let at = 0; at < column; at += 1) {
    const character = line[at];
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && /\s/.test(line[at - 1] ?? ' ')) return undefined;
    else step(stack, line, at);
  }
  const [outermost] = stack;
  const innermost = stack.at(-1);
  if (!outermost || !innermost) return undefined;
  const path = stack.flatMap(({ bracket, key }, index): PathStep[] => {
    const last = index === stack.length - 1;
    if (bracket === '[') return ['[]'];
    return key === undefined || (last && key === '') ? [] : [key];
  });
  const isKey = innermost.bracket === '{' && innermost.key === undefined;
  return {
    start: outermost.column,
    path,
    mode: isKey ? 'key' : 'value',
    present: presentKeys(line, column, innermost),
  };
}

function step(stack: Open[], line: string, at: number): void {
  const character = line[at];
  const innermost = stack.at(-1);
  if (character === '{' || character === '[') {
    stack.push({ bracket: character, column: at, key: undefined, present: [], wordStart: at + 1 });
  } else if (character === '}' || character === ']') stack.pop();
  else if (innermost && character === ',') {
    innermost.key = undefined;
    innermost.wordStart = at + 1;
  } else if (
    innermost?.bracket === '{' &&
    innermost.key === undefined &&
    character === ':' &&
    /\s|$/.test(line[at + 1] ?? '')
  ) {
    innermost.key = line
      .slice(innermost.wordStart, at)
      .trim()
      .replace(/^["']|["']$/g, '');
    innermost.present.push(innermost.key);
  }
}

/** Those before the position, and those behind it in the same mapping. */
function presentKeys(line: string, column: number, { present, bracket }: Open): readonly string[] {
  if (bracket === '[') return [];
  const behind = line.slice(column).split('}')[0];
  return [...present, ...[...behind.matchAll(/(?:^|,)\s*([A-Za-z_]\w*)\s*:/g)].map((match) => match[1])];
}
