import { toJsonValue, type DataType, type TagValue } from '@fieldwarden/core';

export interface WriteMoment {
  readonly id: string;
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

const placeholder = /\{(value|text|onOff|id|timeMs|iso)\}/g;

/** Why a text is no template, or undefined. */
export function templateFault(template: string): string | undefined {
  if (template.length > 65_536) return 'it is longer than 65536 characters';
  return /\{(value|text|onOff)\}/.test(template) ? undefined : 'it has neither {value} nor {text} nor {onOff}';
}

/** True where writes tell an id by which an answer can be known. */
export function templateHasId(template: string): boolean {
  return template.includes('{id}');
}

/** The payload of a write; undefined for a value that has no form in JSON: NaN and the infinities. */
export function renderTemplate(
  template: string,
  value: TagValue,
  type: DataType,
  { id, atMs }: WriteMoment,
): string | undefined {
  const json = jsonText(value, type);
  if (json === undefined) return undefined;
  const parts: Readonly<Record<string, string>> = {
    value: json,
    text: bareText(value, json),
    onOff: value === true || value === 1 ? 'ON' : 'OFF',
    id,
    timeMs: String(atMs),
    iso: new Date(atMs).toISOString(),
  };
  return template.replaceAll(placeholder, (_, name: string) => parts[name]);
}

/** 64-bit integers as numbers with all their digits: that is what devices parse. */
function jsonText(value: TagValue, type: DataType): string | undefined {
  if (Array.isArray(value)) {
    const elements = value.map((element: TagValue) => jsonText(element, { scalar: type.scalar }));
    return elements.includes(undefined) ? undefined : `[${elements.join(',')}]`;
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (type.scalar === 'bool') return value === true || value === 1 ? 'true' : 'false';
  return JSON.stringify(toJsonValue(value, type.scalar));
}

/** Without the quotes of JSON. */
function bareText(value: TagValue, json: string): string {
  if (typeof value === 'string') return value;
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
