import { GatewayError } from '@fieldwarden/core';

/** One step into a JSON value: a field, an element, or the element whose field has a value. */
type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'element'; readonly index: number }
  | { readonly kind: 'lookup'; readonly field: string; readonly value: string };

/** A path into JSON, compiled once: `$.a.b[3].c`, `$['odd name']`, `$.devices[?id=7].value`, or a JSON pointer (RFC 6901) `/a/b/3`. */
export interface JsonPath {
  readonly steps: readonly Step[];
}

/** The whole of the payload. */
export const wholePayload: JsonPath = { steps: [] };

const longest = 1_000;

const step = /\.([^.[\]?\s]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\[\?([^=\]]+)=(?:'((?:[^'\\]|\\.)*)'|([^\]]*))\]/y;

/** Throws kind `config`, code `MQTT_JSON_PATH`, with what is wrong. */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > longest) throw refused(text.slice(0, 40), `is longer than ${longest} characters`);
  if (text.startsWith('/')) return { steps: pointerSteps(text) };
  if (!text.startsWith('$')) throw refused(text, 'begins with neither $ nor /; write $.temperature');
  const steps: Step[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (!match) throw refused(text, `is not understood from ${JSON.stringify(text.slice(at, at + 20))} on`);
    const [, name, index, quoted, field, quotedValue, value] = match;
    if (name !== undefined) steps.push({ kind: 'field', name });
    else if (index !== undefined) steps.push({ kind: 'element', index: Number(index) });
    else if (quoted !== undefined) steps.push({ kind: 'field', name: unquoted(quoted) });
    else steps.push({ kind: 'lookup', field, value: quotedValue === undefined ? value : unquoted(quotedValue) });
  }
  return { steps };
}

/** A field as a step of a path: `.speed`, or `['odd name']`. */
export function fieldStep(name: string): string {
  if (/^[^.[\]?\s']+$/.test(name)) return `.${name}`;
  return `['${name.replaceAll(/[\\']/g, '\\$&')}']`;
}

/** Elements by the value of a field, for one message: an array of a thousand devices is walked once, not once per tag. */
export class LookupTables {
  readonly #tables = new Map<unknown, Map<string, Map<string, unknown>>>();

  find(array: readonly unknown[], field: string, value: string): unknown {
    let byField = this.#tables.get(array);
    if (!byField) this.#tables.set(array, (byField = new Map<string, Map<string, unknown>>()));
    let elements = byField.get(field);
    if (!elements) byField.set(field, (elements = tableOf(array, field)));
    return elements.get(value);
  }
}

/** What stands there; undefined where nothing does. Fields of the value's own only. */
export function valueAt(json: unknown, { steps }: JsonPath, lookups: LookupTables): unknown {
  let value = json;
  for (const one of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    switch (one.kind) {
      case 'field':
        value = fieldOf(value, one.name);
        break;
      case 'element':
        value = Array.isArray(value) ? (value as unknown[])[one.index] : undefined;
        break;
      case 'lookup':
        value = Array.isArray(value) ? lookups.find(value, one.field, one.value) : undefined;
        break;
    }
  }
  return value;
}

/** RFC 6901, 4: a pointer names elements and fields alike. */
function fieldOf(value: object, name: string): unknown {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,8})$/.test(name) ? (value as unknown[])[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The first of several elements with the same value. */
function tableOf(array: readonly unknown[], field: string): Map<string, unknown> {
  const elements = new Map<string, unknown>();
  for (const element of array) {
    if (typeof element !== 'object' || element === null || !Object.hasOwn(element, field)) continue;
    const key = (element as Readonly<Record<string, unknown>>)[field];
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean' && typeof key !== 'bigint')
      continue;
    const text = String(key);
    if (!elements.has(text)) elements.set(text, element);
  }
  return elements;
}

function pointerSteps(text: string): readonly Step[] {
  if (/~(?![01])/.test(text)) throw refused(text, 'has a ~ that is neither ~0 nor ~1');
  return text
    .slice(1)
    .split('/')
    .map((part) => ({ kind: 'field', name: part.replaceAll('~1', '/').replaceAll('~0', '~') }));
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function refused(text: string, why: string): GatewayError {
  return new GatewayError({ code: 'MQTT_JSON_PATH', kind: 'config', message: `the JSON path ${text} ${why}` });
}
