import { createHash } from 'node:crypto';

/**
 * Same text for the same configuration, in whatever order its fields were written. 16 hexadecimal digits of a SHA-256: enough
 * to notice a change, too little to learn the configuration from.
 */
export function configurationHash(configuration: unknown): string {
  const text = JSON.stringify(configuration, (_key, value: unknown) => sortFields(value)) ?? 'undefined';
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function sortFields(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
