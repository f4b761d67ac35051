import { checkUniqueNames } from './driver-rules.js';
import type { FieldPath, Findings } from './findings.js';
import type { Catalogue } from '../document/catalogue.js';
import { reservedFor, type PlantDocument } from '../document/plant-document.js';
import { isRecord, type SoundPart } from '../document/schema-walk.js';

/** Rules that look at the plant as a whole. */
export function checkPlant(plant: SoundPart<PlantDocument>, { services }: Catalogue, findings: Findings): void {
  checkUniqueNames(plant.drivers ?? [], ['drivers'], 'driver-id-unique', findings);
  for (const section of reservedFor(services)) checkReserved(plant[section], [section], findings);
}

/** The one name that zod drops from groups of any names instead of passing it on: what is written is told, or taken over. */
export function checkOptionNames(document: unknown, findings: Findings): void {
  for (const [path, owner] of ownersOf(document)) {
    if (!isRecord(owner.options) || !Object.hasOwn(owner.options, '__proto__')) continue;
    findings.error([...path, 'options', '__proto__'], 'unknown-field', 'unknown field "__proto__"');
  }
}

type Owner = readonly [path: FieldPath, owner: Readonly<Record<string, unknown>>];

/** Drivers and devices of whatever may be a document. */
function* ownersOf(document: unknown): Generator<Owner> {
  for (const [i, driver] of recordsIn(document, 'drivers')) {
    yield [['drivers', i], driver];
    for (const [j, device] of recordsIn(driver, 'devices')) yield [['drivers', i, 'devices', j], device];
  }
}

function recordsIn(owner: unknown, field: string): (readonly [number, Readonly<Record<string, unknown>>])[] {
  const list = isRecord(owner) ? owner[field] : undefined;
  return Array.isArray(list) ? list.flatMap((entry: unknown, i) => (isRecord(entry) ? [[i, entry] as const] : [])) : [];
}

/** Nobody may believe that something runs which does not. */
function checkReserved(written: unknown, path: FieldPath, findings: Findings): void {
  if (written === undefined || written === null || isEmpty(written)) return;
  const section = String(path.at(-1));
  findings.error(path, 'not-yet-supported', `${section} is not supported by this version; leave it out, or empty`);
}

function isEmpty(written: unknown): boolean {
  return Array.isArray(written) ? written.length === 0 : isRecord(written) && Object.keys(written).length === 0;
}
