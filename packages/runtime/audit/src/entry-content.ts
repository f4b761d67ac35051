import type { Redactor } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import type { AuditContent } from './chain/audit-row.js';

/** Characters of one text within a value. */
const maxText = 500;
/** Elements of one list, fields of one object. */
const maxElements = 32;
/** Texts, numbers, lists and objects of one value together. */
const maxNodes = 200;
const maxDepth = 6;

/** An entry as the content of a row: without secrets, and of a size that nobody who writes megabytes can change. */
export function contentOf(entry: AuditEntry, at: string, redactor: Redactor): AuditContent {
  const { user, via, action, subject, before, after, outcome, reason, correlationId } = entry;
  const text = (what: string, max: number): string => cut(redactor.redact(what.slice(0, 10 * max)), max);
  return {
    at,
    user: text(user, 128),
    via: text(via, 32),
    action,
    subject: text(subject, 512),
    before: redactor.redactValue(bounded(before)),
    after: redactor.redactValue(bounded(after)),
    outcome,
    reason: reason === undefined ? null : text(reason, maxText),
    correlationId: text(correlationId, 64),
  };
}

/** What JSON says of it, cut where it is long; what was cut says so. */
export function bounded(value: unknown): unknown {
  return new Bounded().of(value, 0);
}

class Bounded {
  #nodes = 0;

  of(value: unknown, depth: number): unknown {
    this.#nodes += 1;
    if (this.#nodes > maxNodes) return '… more';
    if (typeof value === 'string') return cut(value, maxText);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
    if (typeof value !== 'object') return null;
    if (depth >= maxDepth) return '… deeper';
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof Uint8Array) return bytesText(value);
    return Array.isArray(value) ? this.#list(value, depth) : this.#object(value as Record<string, unknown>, depth);
  }

  #list(list: readonly unknown[], depth: number): readonly unknown[] {
    const shown = list.slice(0, maxElements).map((element) => this.of(element, depth + 1));
    return list.length > maxElements ? [...shown, `… ${list.length - maxElements} more`] : shown;
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): Readonly<Record<string, unknown>> {
    const names = Object.keys(object).filter((name) => object[name] !== undefined);
    const shown = names
      .slice(0, maxElements)
      .map((name) => [cut(name, 100), this.of(object[name], depth + 1)] as const);
    const rest = names.length > maxElements ? [['…', `${names.length - maxElements} more`] as const] : [];
    return Object.fromEntries([...shown, ...rest]);
  }
}

function bytesText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, 240)).toString('base64');
  return bytes.length > 240 ? `${shown}… (${bytes.length} bytes)` : shown;
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}… (${text.length} characters)` : text;
}
