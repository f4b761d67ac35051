import { flowContext, type PathStep } from './flow-context.js';
import { isBlank, scalarAfter, tokensOf, type YamlToken } from './yaml-line.js';

export interface YamlContext {
  /** Of the mapping in which a key is typed, or of the value that is typed. */
  readonly path: readonly PathStep[];
  readonly mode: 'key' | 'value';
  /** Keys that the mapping has already, as far as one line tells. */
  readonly present: readonly string[];
  /** What stands beside a step of the path: `scalar(1, 'type')` is the type of the driver in `drivers`, `[]`, … */
  scalar(depth: number, name: string): string | undefined;
}

/** Lines counted from 0. */
export interface TextLines {
  readonly count: number;
  line(index: number): string;
}

/** Mapping that a step of the path lies in: its column, and a line that belongs to it. */
interface Level {
  readonly column: number;
  readonly line: number;
}

interface Walk {
  readonly path: PathStep[];
  /** One for each step. */
  readonly levels: Level[];
}

/**
 * Where in the document a position stands, from the lines above it alone: it works in a text that no parser takes, which
 * is what a text being typed is. Block style in any depth, flow style within a line.
 */
export function yamlContext(text: TextLines, lineIndex: number, column: number): YamlContext {
  const line = text.line(lineIndex);
  const flow = flowContext(line, column);
  const tokens = tokensOf(line).filter((token) => token.column < (flow?.start ?? column));
  const key = tokens.find((token) => token.kind === 'key');
  const inValue = flow !== undefined || (key !== undefined && column >= key.end);
  const own = inValue && key ? [key.name] : [];
  const walk = ancestors(text, lineIndex, tokens, inValue && key ? key.column : startOf(line, column, tokens));
  const path = [...walk.path, ...own, ...(flow?.path ?? [])];
  const levels = [...walk.levels, ...(inValue && key ? [{ column: key.column, line: lineIndex }] : [])];
  return {
    path,
    mode: flow?.mode ?? (inValue ? 'value' : 'key'),
    present: flow?.present ?? [],
    scalar: (depth, name) => scalarBeside(text, levels[depth], name),
  };
}

/** Column in which a key would begin: behind the dashes, or where the cursor is in a blank line. */
function startOf(line: string, column: number, tokens: readonly YamlToken[]): number {
  const dash = tokens.findLast((token) => token.kind === 'dash');
  const text = line.search(/[^\s-]/);
  if (dash) return text > dash.column ? text : dash.column + 2;
  return text >= 0 && text < column ? text : column;
}

function ancestors(text: TextLines, lineIndex: number, tokens: readonly YamlToken[], start: number): Walk {
  const walk: Walk = { path: [], levels: [] };
  let limit = { key: start, dash: start };
  limit = climb(
    walk,
    tokens.filter(({ kind, column }) => kind === 'dash' || column < start),
    lineIndex,
    limit,
  );
  for (let index = lineIndex - 1; index >= 0 && limit.key > 0; index -= 1) {
    const line = text.line(index);
    if (!isBlank(line)) limit = climb(walk, tokensOf(line), index, limit);
  }
  return walk;
}

/** Takes those tokens of a line, from right to left, that stand further left than everything so far: they are above it. */
function climb(
  walk: Walk,
  tokens: readonly YamlToken[],
  line: number,
  limit: { key: number; dash: number },
): { key: number; dash: number } {
  let { key, dash } = limit;
  for (const token of tokens.toReversed()) {
    const { column } = token;
    if (token.kind === 'key' && column < key) {
      walk.path.unshift(token.name);
      walk.levels.unshift({ column, line });
      key = dash = column;
    } else if (token.kind === 'dash' && column < dash) {
      walk.path.unshift('[]');
      walk.levels.unshift({ column, line });
      // A sequence may stand in the same column as the key that it belongs to.
      key = column + 1;
      dash = column;
    }
  }
  return { key, dash };
}

/** Lines looked at below the level: keys mostly stand before what they explain. */
const linesBelow = 60;

function scalarBeside(text: TextLines, level: Level | undefined, name: string): string | undefined {
  if (!level) return undefined;
  for (let index = level.line; index >= 0; index -= 1) {
    const found = scalarIn(text.line(index), level.column, name);
    if (found === 'outside') break;
    if (found) return found.value;
    if (startsItem(text.line(index), level.column)) break;
  }
  for (let index = level.line + 1; index < Math.min(text.count, level.line + linesBelow); index += 1) {
    const found = scalarIn(text.line(index), level.column, name);
    if (found === 'outside' || startsItem(text.line(index), level.column)) return undefined;
    if (found) return found.value;
  }
  return undefined;
}

function scalarIn(
  line: string,
  column: number,
  name: string,
): { readonly value: string | undefined } | 'outside' | undefined {
  if (isBlank(line)) return undefined;
  const tokens = tokensOf(line);
  const key = tokens.find((token) => token.kind === 'key');
  if (key?.column === column && key.name === name) return { value: scalarAfter(line, key.end) };
  return line.search(/\S/) < column && !startsItem(line, column) ? 'outside' : undefined;
}

function startsItem(line: string, column: number): boolean {
  const tokens = tokensOf(line);
  return (
    tokens.some(({ kind, column: at }) => kind === 'dash' && at < column) &&
    tokens.some((token) => token.kind === 'key' && token.column === column)
  );
}
