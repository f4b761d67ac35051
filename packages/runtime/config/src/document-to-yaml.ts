import { Document, isCollection, isMap, isScalar, visit, type YAMLMap } from 'yaml';
import type { PlantDocument } from './plant-document.js';
import { isRecord } from './schema-walk.js';

/** Fields in the order in which people read a plant document; all others come between, as they stand. */
const first = [
  'version',
  'site',
  'logging',
  'id',
  'path',
  'type',
  'address',
  'dataType',
  'isolation',
  'enabled',
  'options',
];
const last = ['devices', 'tags', 'drivers'];

/** A group whose members are plain values stands on one line when that is no longer than this. */
const oneLineColumns = 110;

/** A document as people would write it: a tag on one line, texts that look like numbers in quotes. Reads back as the same document. */
export function documentToYaml(document: PlantDocument): string {
  const yaml = new Document(ordered(document), { aliasDuplicateObjects: false });
  visit(yaml, { Map: (key, map) => void (map.flow = key !== null && isOneLine(map)) });
  return yaml.toString({ lineWidth: 0 });
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  const names = Object.keys(value).sort((a, b) => rank(a) - rank(b));
  return new Map(names.map((name) => [name, ordered(value[name])]));
}

function rank(name: string): number {
  const early = first.indexOf(name);
  return early >= 0 ? early - first.length : last.indexOf(name) + 1;
}

function isOneLine(map: YAMLMap): boolean {
  const isFlat = map.items.every(({ value }) => isScalar(value) || isFlatGroup(value));
  return isFlat && JSON.stringify(map).length <= oneLineColumns;
}

/** As `limits: { min: 0, max: 120 }` within a tag. */
function isFlatGroup(value: unknown): boolean {
  if (!isCollection(value)) return false;
  return isMap(value) ? value.items.every((pair) => isScalar(pair.value)) : value.items.every((item) => isScalar(item));
}
