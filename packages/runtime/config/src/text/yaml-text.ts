import { isRecord } from '../document/schema-walk.js';

/** A group or list of plain values stands on one line when that is no longer than this. */
const maxInlineColumns = 160;

/** As a tag with its limits. */
const maxInlineLevels = 2;

/** Plain data (what JSON can say) → lines of YAML 1.2 that read back as the same, also for readers of YAML 1.1. */
export function yamlLines(value: unknown): readonly string[] {
  const lines: string[] = [];
  if (isRecord(value) && !isEmpty(value)) writeGroup(value, '', '', lines);
  else writeEntry(value, '', '', lines);
  return lines;
}

/** Lines of something that stands in a list or below a name: short enough on one line, else over several. */
export function yamlEntryLines(value: unknown): readonly string[] {
  const lines: string[] = [];
  writeEntry(value, '', '', lines);
  return lines;
}

/** A group on lines of its own, whatever its length. */
export function yamlGroupLines(group: Readonly<Record<string, unknown>>): readonly string[] {
  const lines: string[] = [];
  writeGroup(group, '', '', lines);
  return lines;
}

/** On one line, whatever its length. */
export function yamlInline(value: unknown): string {
  return inlineText(value, Infinity, Infinity) ?? 'null';
}

/** `lead` stands before the first line, `indent` before the others. */
function writeGroup(group: Readonly<Record<string, unknown>>, lead: string, indent: string, lines: string[]): void {
  let before = lead;
  for (const [name, value] of Object.entries(group)) {
    if (value === undefined) continue;
    const head = `${before}${scalarText(name)}:`;
    const inline = inlineText(value, maxInlineLevels);
    if (inline !== undefined) lines.push(`${head} ${inline}`);
    else {
      lines.push(head);
      writeEntry(value, `${indent}  `, `${indent}  `, lines);
    }
    before = indent;
  }
}

function writeEntry(value: unknown, lead: string, indent: string, lines: string[]): void {
  const inline = inlineText(value, maxInlineLevels);
  if (inline !== undefined) lines.push(lead + inline);
  else if (isRecord(value)) writeGroup(value, lead, indent, lines);
  else {
    for (const [i, entry] of (value as readonly unknown[]).entries()) {
      writeEntry(entry, `${i === 0 ? lead : indent}- `, `${indent}  `, lines);
    }
  }
}

/** On one line; undefined if it is too long for that, or nested deeper than `levels`. */
function inlineText(value: unknown, levels: number, maxColumns = maxInlineColumns): string | undefined {
  if (typeof value !== 'object' || value === null) return scalarText(value);
  if (levels === 0) return isEmpty(value) ? emptyText(value) : undefined;
  if (isEmpty(value)) return emptyText(value);
  const parts: string[] = [];
  let length = 4;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const text = inlineText(member, levels - 1, maxColumns);
    if (text === undefined) return undefined;
    const part = Array.isArray(value) ? text : `${scalarText(name)}: ${text}`;
    length += part.length + 2;
    if (length > maxColumns) return undefined;
    parts.push(part);
  }
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}

function isEmpty(value: object): boolean {
  return Object.values(value).every((member) => member === undefined);
}

function emptyText(value: object): string {
  return Array.isArray(value) ? '[]' : '{}';
}

function scalarText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return isPlain(value) ? value : quoted(value);
}

/** Words of letters, digits and a few signs that mean nothing to YAML, one space between them. */
const plainText = /^[\p{L}\p{N}_°][\p{L}\p{N}_./°%()-]*(?: [\p{L}\p{N}_/°%()][\p{L}\p{N}_./°%()-]*)*$/u;

/** What some version of YAML reads as a number, a date, a truth value or nothing. */
const otherThanText =
  /^(?:\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|0[xob].*|\d{4}-\d.*|true|false|yes|no|on|off|y|n|null)$/i;

export function isPlain(text: string): boolean {
  return text.length <= maxInlineColumns && plainText.test(text) && !otherThanText.test(text);
}

/** JSON's quotes are YAML's; what it leaves bare and YAML may take for a line break or nothing is escaped too. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
