import { documentBudget as budget, type Finding } from '@fieldwarden/gateway-contract';
import { isRecord } from '../document/schema-walk.js';

/** What is too large about a text, before it is parsed. Counts signs that part values, which is quick and never too few by much. */
export function admitText(text: string): Finding | undefined {
  // UTF-16 units, each of which is at least one byte.
  if (text.length > budget.bytes) return tooLarge(`it has more than ${inWords(budget.bytes)} bytes`);
  const values = valuesOf(text);
  const most = /^\s*\{/.test(text.slice(0, 1_000)) ? budget.values : budget.yamlValues;
  return values > most ? tooLarge(`it has more than ${inWords(most)} values`) : undefined;
}

/** Lists, groups, and what commas and lines part. */
function valuesOf(text: string): number {
  let values = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === comma || unit === lineFeed || unit === openBracket || unit === openBrace) values += 1;
  }
  return values;
}

const comma = 0x2c;
const lineFeed = 0x0a;
const openBracket = 0x5b;
const openBrace = 0x7b;

/** What is too large about a document, before anything else is asked of it. */
export function admitDocument(document: unknown): Finding | undefined {
  if (!isRecord(document)) return undefined;
  const drivers = listOf(document, 'drivers');
  if (drivers.length > budget.drivers) return tooMany(drivers.length, 'drivers');
  const services = listOf(document, 'services');
  if (services.length > budget.services) return tooMany(services.length, 'services');
  const devices = drivers.flatMap((driver) => listOf(driver, 'devices'));
  if (devices.length > budget.devices) return tooMany(devices.length, 'devices');
  const tags = devices.reduce<number>((sum, device) => sum + listOf(device, 'tags').length, 0);
  if (tags > budget.tags) return tooMany(tags, 'tags');
  return nesting(document) > budget.depth ? tooLarge(`it is nested deeper than ${budget.depth} levels`) : undefined;
}

function listOf(owner: unknown, field: string): readonly unknown[] {
  const list = isRecord(owner) ? owner[field] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Levels of lists and groups; stops counting just beyond the budget. */
function nesting(document: unknown): number {
  let level: readonly object[] = isGroup(document) ? [document] : [];
  let depth = 0;
  while (level.length > 0 && depth <= budget.depth) {
    depth += 1;
    level = level.flatMap((group) => Object.values(group).filter(isGroup));
  }
  return depth;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tooMany(count: number, what: 'drivers' | 'devices' | 'tags' | 'services'): Finding {
  return tooLarge(`it has ${inWords(count)} ${what}; at most ${inWords(budget[what])} are checked`, what);
}

function tooLarge(why: string, path = ''): Finding {
  const message = `the document is larger than any plant: ${why}`;
  return { path: path === 'drivers' || path === 'services' ? path : '', rule: 'too-large', message, severity: 'error' };
}

function inWords(count: number): string {
  return count.toLocaleString('en-US');
}
