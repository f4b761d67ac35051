import { builtIn, builtInNamed } from './built-in-types.js';
import { bigintOf, fieldsOf, isStructure } from './ua-value.js';

/** A value as text for people: what a tag of type string shows of a structure. Fields have the names that the server gave them. */
export function jsonOf(value: unknown, dataType: number | undefined): string {
  return JSON.stringify(plain(value, dataType, 0));
}

const maxDepth = 20;

function plain(value: unknown, dataType: number | undefined, depth: number): unknown {
  if (depth > maxDepth || value === null || value === undefined) return null;
  if (isInt64(dataType) && isPair(value)) return digits(bigintOf(value, dataType === builtIn.Int64));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isLocalizedText(value)) return value.text ?? '';
  if (isStructure(value)) {
    return Object.fromEntries(
      fieldsOf(value).map((field) => [
        field.originalName ?? field.name,
        plain(value[field.name], builtInNamed(field.fieldType), depth + 1),
      ]),
    );
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as ArrayLike<unknown>, (one) => plain(one, dataType, depth + 1));
  if (typeof value === 'object') return textOf(value);
  return value;
}

/** A name, an id or a status in the library's words. */
export function textOf(value: object): string {
  if (isLocalizedText(value)) return value.text ?? '';
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- NodeId, QualifiedName and StatusCode have one of their own
  return value.toString();
}

export function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number';
}

export function isInt64(dataType: number | undefined): boolean {
  return dataType === builtIn.Int64 || dataType === builtIn.UInt64;
}

function isLocalizedText(value: unknown): value is { readonly text?: string | null } {
  return typeof value === 'object' && value !== null && 'text' in value && 'locale' in value;
}

/** JSON has no integers beyond 2^53: those are texts. */
function digits(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}
