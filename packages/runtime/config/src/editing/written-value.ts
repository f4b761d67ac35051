import { inWrittenOrder } from '../text/document-to-yaml.js';
import type { FieldPath } from '../rules/findings.js';
import type { ScalarNode } from '../syntax/syntax-tree.js';
import { isPlain, quoted, yamlEntryLines, yamlInline } from '../text/yaml-text.js';

/** In which notation new values are written. */
export type ValueStyle = 'yaml' | 'json';

/** A document in braces with quoted names is JSON, and shall stay it. */
export function valueStyleOf(text: string): ValueStyle {
  return /^\s*\{\s*(?:"|\}\s*$)/.test(text) ? 'json' : 'yaml';
}

export function keyText(key: string, style: ValueStyle): string {
  return style === 'yaml' && isPlain(key) ? key : quoted(key);
}

/** On one line, however long that is. */
export function inlineValue(value: unknown, path: FieldPath, style: ValueStyle): string {
  if (style === 'json') return jsonInline(value);
  return yamlInline(inWrittenOrder(value, path));
}

/** As block lines without their indent; one line for what is short enough. */
export function blockValue(value: unknown, path: FieldPath): readonly string[] {
  return yamlEntryLines(inWrittenOrder(value, path));
}

/** JSON with blanks as people read it. */
function jsonInline(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(jsonInline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  if (fields.length === 0) return '{}';
  return `{ ${fields.map(([name, field]) => `${JSON.stringify(name)}: ${jsonInline(field)}`).join(', ')} }`;
}

/** A value in place of another scalar, in its quotes if it was a text. */
export function scalarInPlace(
  value: unknown,
  node: ScalarNode,
  { text, path, style }: { readonly text: string; readonly path: FieldPath; readonly style: ValueStyle },
): string {
  if (typeof value !== 'string' || style === 'json') return inlineValue(value, path, style);
  const isAnyText = typeof node.value === 'string';
  if (isAnyText && node.style === 'single' && /^[^\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]*$/.test(value))
    return singleQuoted(value);
  if (isAnyText && node.style === 'double') return quoted(value);
  if (node.style === 'block') return literal(value, text.slice(node.start, node.end)) ?? quoted(value);
  return inlineValue(value, path, style);
}

function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A literal block in the indent of the old one; undefined where a literal could not say it. */
function literal(value: string, old: string): string | undefined {
  const [header, ...lines] = old.split('\n');
  const indent = /^ +/.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0];
  const isWritable = /^[^\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+$/.test(value) && !/^[ \n]/.test(value);
  if (!indent || !header.startsWith('|') || !isWritable || /[ ]$/m.test(value)) return undefined;
  const body = value.replace(/\n$/, '');
  if (body.endsWith('\n') || body === '') return undefined;
  const comment = /\s#.*$/.exec(header)?.[0] ?? '';
  const written = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  return [`|${value.endsWith('\n') ? '' : '-'}${comment}`, ...written, ''].join('\n');
}
