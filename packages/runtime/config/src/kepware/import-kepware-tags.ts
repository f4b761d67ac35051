import type { DriverRegistry } from '@fieldwarden/driver';
import { messageOf } from '@fieldwarden/core';
import { Findings, type FieldPath } from '../rules/findings.js';
import { addressConverters, type AddressConverter } from './kepware-address.js';
import { KepwareNames } from './kepware-names.js';
import { kepwareScaling } from './kepware-scaling.js';
import { readKepwareTags, type KepwareField, type KepwareTag } from './kepware-tags.js';
import { kepwareType } from './kepware-types.js';
import type { PlantDocument } from '../document/plant-document.js';
import { isRecord } from '../document/schema-walk.js';
import { TagTable, type ImportMode, type TableDevice, type TagImport } from '../tag-tables/tag-table.js';

export interface KepwareTarget {
  readonly driverId: string;
  readonly deviceId: string;
  /** Path in front of the names; default: driver and device, `packaging/filler`. */
  readonly prefix?: string;
}

export interface KepwareImportOptions {
  /** Default: merge. */
  readonly mode?: ImportMode;
  /** With it, the driver type checks each converted address. */
  readonly registry?: DriverRegistry;
}

/**
 * Puts the tags of one Kepware device, exported as CSV or JSON, into a device of the document. A tag without equivalent here is left
 * out with a warning of rule `kepware-left-out` that says why; nothing is left out silently. README, "From Kepware", has the table of
 * what is converted. Errors (no such device, no export, paths that are taken) refuse all.
 */
export function importKepwareTags(
  text: string,
  document: PlantDocument,
  target: KepwareTarget,
  options: KepwareImportOptions = {},
): TagImport {
  const { tags, findings } = readKepwareTags(text);
  const table = new TagTable(document, findings, options.registry);
  const device = table.device(target.driverId, target.deviceId, undefined);
  const convert = device && converterOf(device, findings);
  if (device && convert) {
    const names = new KepwareNames(target.prefix ?? `${target.driverId}/${target.deviceId}`);
    for (const tag of tags) putTag(tag, { table, device, names, convert, findings });
    names.tell(findings);
    tellByteOrder(device, findings);
  }
  return table.finish(options.mode ?? 'merge', tags.length);
}

function converterOf({ driver: { id, type } }: TableDevice, findings: Findings): AddressConverter | undefined {
  if (Object.hasOwn(addressConverters, type)) return addressConverters[type];
  const types = Object.keys(addressConverters).join(', ');
  findings.error(
    [],
    'kepware-protocol',
    `driver ${id} is of type ${type}; tags of Kepware can be taken over for ${types}`,
  );
  return undefined;
}

interface Conversion {
  readonly table: TagTable;
  readonly device: TableDevice;
  readonly names: KepwareNames;
  readonly convert: AddressConverter;
  readonly findings: Findings;
}

function putTag({ row, fields }: KepwareTag, { table, device, names, convert, findings }: Conversion): void {
  const name = fields.get('Tag Name') ?? '';
  const where: FieldPath = ['rows', row];
  const trial = new Findings();
  try {
    const tag = { path: names.pathOf(name), ...convertFields(fields, convert) };
    const sound = table.check(device, tag, where, trial);
    if (sound && !trial.hasErrors) table.add(device, sound, row);
  } catch (error) {
    trial.error(where, 'kepware', messageOf(error));
  }
  for (const { message, severity, rule } of trial.list) {
    if (severity === 'error') findings.warning(where, 'kepware-left-out', `${name} is left out: ${message}`);
    else findings.warning(where, rule, `${name}: ${message}`);
  }
}

type Fields = ReadonlyMap<string, string>;

function convertFields(fields: Fields, convert: AddressConverter): object {
  const get = (field: KepwareField): string | undefined => fields.get(field)?.trim();
  const written = get('Data Type') ?? 'Default';
  const type = kepwareType(written);
  if (!type) throw new Error(`data type ${written} has no equivalent; give the tag an explicit one`);
  const scanMs = get('Scan Rate');
  const description = fields.get('Description');
  const unit = get('Eng Units');
  const scaling = kepwareScaling(get);
  return {
    ...convert(get('Address') ?? '', type),
    ...(scanMs !== undefined && { scanMs: Number(scanMs) }),
    access: accessOf(get('Client Access')),
    ...(scaling && { scaling }),
    ...(unit !== undefined && unit !== '' && { unit }),
    ...(description !== undefined && { description }),
  };
}

function accessOf(written = 'RO'): 'read-only' | 'read-write' {
  const access = written.toUpperCase();
  if (['RO', 'R', '0'].includes(access)) return 'read-only';
  if (['R/W', 'RW', '1'].includes(access)) return 'read-write';
  throw new Error(`client access ${written} has no equivalent`);
}

/** Kepware keeps the order of words in its device settings, not in exports of tags; the two products differ in their defaults. */
function tellByteOrder({ driver, device, tags }: TableDevice, findings: Findings): void {
  const wide = tags.some(({ dataType }) => /^(?:u?int|float)(?:32|64)/.test(dataType));
  const isSaid = isRecord(device.options) && device.options.byteOrder !== undefined;
  if (!driver.type.startsWith('modbus') || !wide || isSaid) return;
  const message =
    'values of 32 and 64 bits: the order of their words is no part of an export; ' +
    "set the device option byteOrder (CDAB for Kepware's default, first word low; ABCD is ours)";
  findings.warning([], 'kepware-byte-order', message);
}
