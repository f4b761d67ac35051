import type { Request } from 'express';
import { badQuery } from './request-refused.js';

/** A whole number from the query, or `fallback` when it is not given. Refused with 400 outside `min` to `max`. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= min && value <= max) return value;
  throw badQuery(`${name} is a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}

/** `true` or `false`; a name alone counts as true. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === 'false') return false;
  if (text === 'true' || text === '') return true;
  throw badQuery(`${name} is true or false, not ${JSON.stringify(text)}`);
}

export function requiredText(query: URLSearchParams, name: string): string {
  const text = query.get(name);
  if (text === null || text === '') throw badQuery(`the query lacks ${name}`);
  return text;
}

/** An ISO-8601 time with its zone, as ms since 1970 UTC. */
export function timeMs(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw badQuery(`${name} is a time like 2030-01-31T12:00:00Z, not ${JSON.stringify(text)}`);
}

export function pathText(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : value.join('/');
}
