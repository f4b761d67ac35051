import type { ConfigChange } from '@fieldwarden/gateway-contract';
import { isDeepStrictEqual } from 'node:util';
import { formatStep } from '../rules/findings.js';
import type { PlantDocument } from '../document/plant-document.js';
import { isRecord } from '../document/schema-walk.js';

type Fields = Readonly<Record<string, unknown>>;

/** More rows than anybody reads; what is beyond is counted. */
export const maxConfigChanges = 10_000;

export interface DocumentDifference {
  readonly changes: readonly ConfigChange[];
  /** Changes beyond `maxConfigChanges`. */
  readonly leftOff: number;
}

/**
 * What differs between two documents, as written: secrets are references, a default written out is a change. Pure.
 *
 * Drivers, devices and tags are matched by their id or path, wherever they stand in their list; a tag that moves to another device
 * is removed there and added here. A new or removed driver is one row without its devices, these without their tags: each of those has
 * a row of its own. Other groups are compared field by field, other lists as a whole. `null` = there is no older document.
 */
export function diffDocuments(old: PlantDocument | null, next: PlantDocument): DocumentDifference {
  const rows = new Rows();
  diffOwners('', driverLevel, old ?? {}, next, rows);
  return { changes: rows.list, leftOff: rows.leftOff };
}

/** A list whose members have names, and which of their fields is such a list again. */
interface Level {
  readonly list: string;
  readonly key: string;
  readonly below?: Level;
}

const tagLevel: Level = { list: 'tags', key: 'path' };
const deviceLevel: Level = { list: 'devices', key: 'id', below: tagLevel };
const driverLevel: Level = { list: 'drivers', key: 'id', below: deviceLevel };

class Rows {
  readonly list: ConfigChange[] = [];
  leftOff = 0;

  add(kind: ConfigChange['kind'], path: string, before: unknown, after: unknown): void {
    if (this.list.length < maxConfigChanges) this.list.push({ kind, path, before, after });
    else this.leftOff += 1;
  }
}

function diffOwners(path: string, level: Level | undefined, before: Fields, after: Fields, rows: Rows): void {
  diffFields(path, before, after, rows, level?.list);
  if (level) diffMembers(within(path, level.list), level, before[level.list], after[level.list], rows);
}

function diffFields(path: string, before: Fields, after: Fields, rows: Rows, apart?: string): void {
  for (const name in before) {
    if (name !== apart && !Object.hasOwn(after, name)) diffValues(within(path, name), before[name], undefined, rows);
  }
  for (const name in after) {
    if (name === apart) continue;
    const was = Object.hasOwn(before, name) ? before[name] : undefined;
    if (was !== after[name]) diffValues(within(path, name), was, after[name], rows);
  }
}

function diffValues(path: string, before: unknown, after: unknown, rows: Rows): void {
  if (before === undefined && after === undefined) return;
  if (before === undefined) rows.add('added', path, null, after);
  else if (after === undefined) rows.add('removed', path, before, null);
  else if (isRecord(before) && isRecord(after)) diffFields(path, before, after, rows);
  else if (!isDeepStrictEqual(before, after)) rows.add('changed', path, before, after);
}

function diffMembers(path: string, level: Level, before: unknown, after: unknown, rows: Rows): void {
  const was = byName(before, level.key);
  const is = byName(after, level.key);
  for (const [name, member] of was) if (!is.has(name)) tellMember('removed', `${path}[${name}]`, level, member, rows);
  for (const [name, member] of is) {
    const other = was.get(name);
    if (other === undefined) tellMember('added', `${path}[${name}]`, level, member, rows);
    else if (other !== member && !isSameTag(level, other, member)) {
      diffOwners(`${path}[${name}]`, level.below, other, member, rows);
    }
  }
}

function byName(list: unknown, key: string): ReadonlyMap<string, Fields> {
  if (!Array.isArray(list)) return new Map();
  return new Map((list as readonly Fields[]).map((member) => [String(member[key]), withTextAddress(member)]));
}

/** JSON may write an address as a number; it means the text, as everywhere. */
function withTextAddress(member: Fields): Fields {
  return typeof member.address === 'number' ? { ...member, address: String(member.address) } : member;
}

/** Spares the walk of nearly all tags of a large plant. */
function isSameTag({ below }: Level, a: Fields, b: Fields): boolean {
  if (below) return false;
  let fields = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    fields += 1;
  }
  return fields === Object.keys(b).length;
}

function tellMember(kind: 'added' | 'removed', path: string, { below }: Level, member: Fields, rows: Rows): void {
  const { own, members } = below ? apart(member, below) : { own: member, members: [] };
  rows.add(kind, path, kind === 'removed' ? own : null, kind === 'added' ? own : null);
  if (!below) return;
  for (const inner of members) {
    tellMember(kind, `${within(path, below.list)}[${String(inner[below.key])}]`, below, inner, rows);
  }
}

function apart(owner: Fields, { list }: Level): { own: Fields; members: readonly Fields[] } {
  const { [list]: members, ...own } = owner;
  return { own, members: Array.isArray(members) ? (members as readonly Fields[]) : [] };
}

function within(path: string, name: string): string {
  return path + formatStep(name, path.length);
}
