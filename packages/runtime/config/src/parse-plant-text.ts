import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { messageOf } from '@fieldwarden/core';
import { Findings } from './findings.js';
import type { Finding } from '@fieldwarden/admin-contract';

export interface ParsedText {
  /** Undefined if the text is neither YAML nor JSON. */
  readonly document: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Text of a plant document (YAML 1.2, and with it JSON) → plain values. Never throws: syntax errors are findings of rule
 * `syntax` with line and column.
 *
 * Addresses of tags are taken as they are written, also where YAML sees a number: `000001` keeps its zeros and `400001.10`
 * is bit 10, not bit 1.
 */
export function parsePlantText(text: string): ParsedText {
  const findings = new Findings();
  try {
    const document = parse(text, findings);
    return { document: findings.hasErrors ? undefined : document, findings: findings.list };
  } catch (error) {
    // Nesting beyond the stack, or more aliases than the library unfolds.
    findings.error([], 'syntax', `the document cannot be read: ${messageOf(error)}`);
    return { document: undefined, findings: findings.list };
  }
}

function parse(text: string, findings: Findings): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  for (const { message, pos } of document.errors) {
    const { line, col } = lineCounter.linePos(pos[0]);
    findings.error([], 'syntax', `line ${line}, column ${col}: ${message}`);
  }
  if (document.errors.length > 0) return undefined;
  keepAddressesAsWritten(document);
  return document.toJS() as unknown;
}

function keepAddressesAsWritten(document: Document.Parsed): void {
  visit(document, {
    Pair: (_key, pair, ancestors) => {
      if (!isAddressOfTag(pair, ancestors)) return undefined;
      const { value } = pair;
      if (isScalar(value) && typeof value.value === 'number' && value.source !== undefined) value.value = value.source;
      return visit.SKIP;
    },
  });
}

type Ancestors = readonly (Document | Node | Pair)[];

/** document, map, drivers, list, map, devices, list, map, tags, list, map: the way down to a field of a tag. */
const depthOfTagField = 11;
const namesOnTheWay: readonly (readonly [depth: number, name: string])[] = [
  [2, 'drivers'],
  [5, 'devices'],
  [8, 'tags'],
];

function isAddressOfTag(pair: Pair, ancestors: Ancestors): boolean {
  if (ancestors.length !== depthOfTagField || keyOf(pair) !== 'address' || !isMap(ancestors[10])) return false;
  return namesOnTheWay.every(([depth, name]) => keyOf(ancestors[depth]) === name && isSeq(ancestors[depth + 1]));
}

function keyOf(node: unknown): unknown {
  return isPair(node) && isScalar(node.key) ? node.key.value : undefined;
}
