import { isAlias, isScalar, LineCounter, parseDocument, visit, type Alias, type Document } from 'yaml';
import { messageOf } from '@fieldwarden/core';
import { Findings, type FieldPath, type Locate, type TextPosition } from '../rules/findings.js';
import { parseJson } from './parse-json.js';
import { syntaxTree, type SyntaxNode } from '../syntax/syntax-tree.js';
import { keepAddressesAsWritten } from '../syntax/tag-addresses.js';
import { checkNoNul } from './utf8-text.js';
import { tellYamlMistake, type YamlMistake } from '../yaml-mistakes/tell-yaml-mistake.js';
import { yamlValues } from '../syntax/yaml-values.js';
import type { Finding } from '@fieldwarden/gateway-contract';

export interface ParsedText {
  /** Undefined if the text is neither YAML nor JSON. */
  readonly document: unknown;
  readonly findings: readonly Finding[];
  readonly locate: Locate;
}

/**
 * Text of a plant document (YAML 1.2, and with it JSON) → plain values. Never throws: syntax errors are findings of rule
 * `syntax` with line and column.
 *
 * Addresses of tags are taken as they are written, also where YAML sees a number: `000001` keeps its zeros and `400001.10`
 * is bit 10, not bit 1.
 */
export function parsePlantText(text: string): ParsedText {
  const encoding = new Findings();
  if (!checkNoNul(text, encoding)) return { document: undefined, findings: encoding.list, locate: () => undefined };
  const values = yamlValues(text) ?? parseJson(text);
  if (values !== undefined) return { document: values, findings: [], locate: locatorOf(text) };
  try {
    return parse(text);
  } catch (error) {
    // Nesting beyond the stack, or more aliases than the library unfolds.
    const findings = new Findings();
    findings.error([], 'syntax', `the document cannot be read: ${endlessness(messageOf(error))}`);
    return { document: undefined, findings: findings.list, locate: () => undefined };
  }
}

/** With the library: all that YAML is, and every mistake. */
function parse(text: string): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  const locate = locatorOf(text);
  const mistakes: YamlMistake[] = [
    ...document.errors.map(({ code, message, pos }) => ({ code, message, offset: pos[0] })),
    ...repeatedNames(document),
  ].sort((a, b) => a.offset - b.offset);
  if (mistakes.length > 0) return { document: undefined, findings: toldMistakes(mistakes, text, lines), locate };
  const unknown = unknownAnchors(document);
  if (unknown.length > 0) {
    return { document: undefined, findings: unknown.map((alias) => anchorFinding(alias, lines)), locate };
  }
  keepAddressesAsWritten(document);
  return { document: document.toJS() as unknown, findings: [], locate };
}

/** Lines with mistakes that are told one by one. */
const maxToldLines = 50;

/** One a line, where the library found it and where people look: what follows it there is mostly the same mistake. */
function toldMistakes(mistakes: readonly YamlMistake[], text: string, lines: LineCounter): readonly Finding[] {
  const perLine = firstOfEach(mistakes, ({ offset }) => lines.linePos(offset).line);
  const told = perLine
    .slice(0, maxToldLines)
    .map((mistake) => tellYamlMistake(mistake, text))
    .map(({ message, offset }) => syntaxFinding(message, lines.linePos(offset)));
  const findings = firstOfEach(told, ({ line }) => line);
  const left = perLine.length - maxToldLines;
  if (left <= 0) return findings;
  const message = `and ${left.toLocaleString('en-US')} more lines that cannot be read`;
  return [...findings, { path: '', rule: 'more', message, severity: 'error' }];
}

function firstOfEach<Element>(elements: readonly Element[], keyOf: (element: Element) => unknown): readonly Element[] {
  const seen = new Set<unknown>();
  return elements.filter((element) => {
    const key = keyOf(element);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

function syntaxFinding(message: string, { line, col: column }: ReturnType<LineCounter['linePos']>): Finding {
  const where = `line ${line}, column ${column}`;
  return { path: '', rule: 'syntax', message: `${where}: ${message}`, severity: 'error', line, column };
}

/** The library compares each name of a group with all others: of 100,000 names that takes minutes. */
function repeatedNames(document: Document): readonly YamlMistake[] {
  const found: YamlMistake[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) {
          found.push({ code: 'DUPLICATE_KEY', message: 'Map keys must be unique', offset: key.range?.[0] ?? 0 });
        }
        names.add(key.value);
      }
    },
  });
  return found;
}

function unknownAnchors(document: Document): readonly Alias[] {
  const known = new Set<string>();
  const unknown: Alias[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        if (!known.has(node.source)) unknown.push(node);
      } else if (node.anchor !== undefined) known.add(node.anchor);
    },
  });
  return unknown;
}

function anchorFinding({ source, range }: Alias, lines: LineCounter): Finding {
  const message =
    `\`*${source}\` stands for what \`&${source}\` names, and nothing above is named so; ` +
    'a value that begins with `*` belongs in quotes';
  return syntaxFinding(message, lines.linePos(range?.[0] ?? 0));
}

function endlessness(message: string): string {
  if (/alias count/i.test(message)) return 'what its anchors (`&`, `*`) stand for unfolds without end';
  return /call stack/i.test(message) ? 'its lists and groups are nested too deep' : message;
}

/** The text is read again, with its places, only when there is something to tell. */
function locatorOf(text: string): Locate {
  let tree: SyntaxNode | undefined | null = null;
  let starts: readonly number[] = [];
  return (path) => {
    if (tree === null) {
      tree = treeOf(text);
      starts = lineStarts(text);
    }
    return tree && positionAt(offsetOf(path, tree), starts);
  };
}

/** JSON may be nested deeper than the YAML parser follows; findings then come without places. */
function treeOf(text: string): SyntaxNode | undefined {
  try {
    return syntaxTree(text);
  } catch {
    return undefined;
  }
}

/** Of a field, or of the nearest thing around it that is written. A field begins with its name. */
function offsetOf(path: FieldPath, tree: SyntaxNode): number {
  let node = tree;
  let offset = tree.start;
  for (const step of path) {
    const owner = node.kind === 'alias' ? node.target : node;
    if (owner.kind === 'list' && typeof step === 'number' && step in owner.items) {
      node = owner.items[step].value;
      offset = node.start;
    } else if (owner.kind === 'group') {
      const pair = owner.pairs.find(({ key }) => key === step);
      if (!pair) break;
      node = pair.value;
      offset = pair.at.start;
    } else break;
  }
  return offset;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionAt(offset: number, starts: readonly number[]): TextPosition {
  let low = 0;
  for (let high = starts.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - starts[low] + 1 };
}
