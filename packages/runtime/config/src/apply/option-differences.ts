import { isDeepStrictEqual } from 'node:util';
import { differingFields, fieldAt, type FieldNames } from './differing-fields.js';
import { isRecord } from '../document/schema-walk.js';
import { isSecretName, listed, showValue } from '../rules/show-value.js';

/** Options as they stand in the documents, secrets as references; undefined where there is none. */
export interface Written {
  readonly before: unknown;
  readonly after: unknown;
}

/** What a change of these alone is called. */
const endpointNames: ReadonlySet<string> = new Set(['host', 'port', 'url', 'endpointUrl', 'path']);

/**
 * How resolved options differ, in words. Which fields differ comes from the resolved options, what they say only from the
 * documents: resolved ones carry secrets in clear. Empty if nothing differs.
 */
export function describeOptions(before: unknown, after: unknown, written: Written): readonly string[] {
  const fields = differingFields(before, after);
  if (fields.length === 0) return [];
  const isEndpoint = fields.every(([name]) => name !== undefined && endpointNames.has(name));
  return [
    `${isEndpoint ? 'endpoint' : 'options'} changed: ${listed(fields.map((names) => describe(names, written, 'default')))}`,
  ];
}

/** The same without a word before it, field by field. `absent` stands for what is not written. */
export function describeFields(before: unknown, after: unknown, written: Written, absent: string): readonly string[] {
  return differingFields(before, after).map((names) => describe(names, written, absent));
}

function describe(names: FieldNames, written: Written, absent: string): string {
  const name = names.join('.');
  if (names.length === 0) return 'all';
  if (names.some(isSecretName)) return name;
  const before = fieldAt(written.before, names);
  const after = fieldAt(written.after, names);
  if (before === undefined && after === undefined) return name;
  if (isDeepStrictEqual(before, after)) return `${name} (what ${shown(after, absent)} stands for)`;
  return `${name} ${shown(before, absent)} → ${shown(after, absent)}`;
}

/** Of groups and lists of them only the names: there may be a secret in clear among their fields. */
function shown(value: unknown, absent: string): string {
  if (value === undefined) return absent;
  if (isRecord(value)) return `{ ${listed(Object.keys(value))} }`;
  if (Array.isArray(value) && value.some((entry) => typeof entry === 'object')) return `${value.length} entries`;
  return showValue(value);
}
