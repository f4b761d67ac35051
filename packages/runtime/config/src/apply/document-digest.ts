import { createHash } from 'node:crypto';
import type { PlantDocument } from '../document/plant-document.js';

/** What identifies a document's content, and how large it is. */
export interface DocumentDigest {
  /** Of `canonicalJson(document)`, hexadecimal. */
  readonly sha256: string;
  readonly drivers: number;
  readonly tags: number;
}

const remembered = new WeakMap<PlantDocument, DocumentDigest>();

/** Spares the work for a document whose digest was made elsewhere. It must never change: frozen all through. */
export function rememberDigest(document: PlantDocument, digest: DocumentDigest): void {
  remembered.set(document, digest);
}

/** Two documents with the same digest say the same, in whatever order they name their fields. */
export function documentDigest(document: PlantDocument): DocumentDigest {
  const known = remembered.get(document);
  if (known) return known;
  const drivers = document.drivers ?? [];
  const devices = drivers.flatMap((driver) => driver.devices ?? []);
  return {
    sha256: createHash('sha256').update(canonicalJson(document)).digest('hex'),
    drivers: drivers.length,
    tags: devices.reduce((sum, { tags = [] }) => sum + tags.length, 0),
  };
}

/** JSON with the fields of every object in code unit order, without white space. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isPlainObject(member) ? sorted(member) : member));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(object: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(object);
  if (names.every((name, i) => i === 0 || names[i - 1] < name)) return object;
  return Object.fromEntries(names.sort().map((name) => [name, object[name]]));
}
