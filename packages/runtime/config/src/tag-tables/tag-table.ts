import type { Finding } from '@fieldwarden/gateway-contract';
import type { DriverDefinition, DriverRegistry } from '@fieldwarden/driver';
import type { CsvCell } from './csv-records.js';
import { hint } from '../document/hint.js';
import { checkAddress, checkTagOptions } from '../rules/driver-rules.js';
import type { DeviceDocument, DriverDocument } from '../document/driver-schema.js';
import type { FieldPath, Findings } from '../rules/findings.js';
import type { PlantDocument } from '../document/plant-document.js';
import { soundPart, type SoundPart } from '../document/schema-walk.js';
import { counted } from '../rules/show-value.js';
import { checkShape } from '../rules/shape-findings.js';
import { TagNames } from './tag-names.js';
import { checkTag } from '../rules/tag-rules.js';
import { tagSchema, type TagDocument } from '../document/tag-schema.js';

/** A device that the table names, with what the table says about it so far. */
export interface TableDevice {
  readonly driver: DriverDocument;
  readonly device: DeviceDocument;
  readonly tags: TagDocument[];
  readonly definition: DriverDefinition | undefined;
  /** Output of the type's schema; undefined if there is none, or they do not fit. */
  readonly options: unknown;
}

export interface TagImport {
  /** With the tags of the table; only if no finding is an error. */
  readonly document?: PlantDocument;
  /** Paths of tags that the document had and the result has not; with mode `replace` only. */
  readonly removed: readonly string[];
  /** Rows with something in them, the header not counted. */
  readonly rows: number;
  /** Of every row at once, at most 1,000 and then how many more; `path` is `rows[N].column`, N as a spreadsheet counts. */
  readonly findings: readonly Finding[];
}

/** `replace`: a device that the table names has the table's tags, and no others. `merge`: it keeps its others. */
export type ImportMode = 'replace' | 'merge';

/** Tags from rows on their way into a document: checks each as the document's validation will, and tells by row what is wrong. */
export class TagTable {
  readonly #document: PlantDocument;
  readonly #findings: Findings;
  readonly #registry: DriverRegistry | undefined;
  readonly #devices = new Map<string, TableDevice>();
  readonly #rows = new Map<TagDocument, number>();

  constructor(document: PlantDocument, findings: Findings, registry: DriverRegistry | undefined) {
    this.#document = document;
    this.#findings = findings;
    this.#registry = registry;
  }

  /** The device of a row, or of all; undefined, with its finding, if the document has none of this name. */
  device(driverId: CsvCell, deviceId: CsvCell, row: number | undefined): TableDevice | undefined {
    const known = this.#devices.get(keyOf(driverId, deviceId));
    if (known) return known;
    const { drivers = [] } = this.#document;
    const driver = drivers.find(({ id }) => id === driverId);
    if (!driver) return this.#unknown('driver', driverId, drivers, row === undefined ? [] : ['rows', row, 'driver']);
    const device = driver.devices?.find(({ id }) => id === deviceId);
    if (!device)
      return this.#unknown('device', deviceId, driver.devices ?? [], row === undefined ? [] : ['rows', row, 'device']);
    const named = this.#tableDevice(driver, device);
    this.#devices.set(keyOf(driverId, deviceId), named);
    return named;
  }

  /** Checks a tag and takes it over if it has the right shape. */
  put(device: TableDevice, tag: object, row: number): void {
    const sound = this.check(device, tag, ['rows', row], this.#findings);
    if (sound) this.add(device, sound, row);
  }

  /** The tag as the schema has it, if it has the right shape; what rules say about it goes to the findings only. */
  check(device: TableDevice, tag: object, where: FieldPath, findings: Findings): TagDocument | undefined {
    const sound = checkShape<TagDocument>(tagSchema, tag, findings, where);
    const draft = (sound ?? soundPart(tagSchema, tag)) as SoundPart<TagDocument>;
    checkTag(draft, findings, where);
    if (device.definition && device.options !== undefined) {
      const tagOptions = checkTagOptions(draft, device.definition, where, findings);
      const context = { deviceOptions: device.options, tagOptions };
      checkAddress(draft, context, device.definition, where, findings);
    }
    return sound;
  }

  add(device: TableDevice, tag: TagDocument, row: number): void {
    device.tags.push(tag);
    this.#rows.set(tag, row);
  }

  finish(mode: ImportMode, rows: number): TagImport {
    const document = this.#assemble(mode);
    this.#checkNames(document);
    const removed = mode === 'replace' && !this.#findings.hasErrors ? this.#tellRemoved() : [];
    const { summed: findings, hasErrors } = this.#findings;
    return hasErrors ? { removed: [], rows, findings } : { document, removed, rows, findings };
  }

  #unknown(
    what: 'driver' | 'device',
    name: CsvCell,
    known: readonly { readonly id: string }[],
    path: FieldPath,
  ): undefined {
    const ids = known.map(({ id }) => id);
    const message =
      name === undefined
        ? 'is required'
        : `there is no ${what} ${JSON.stringify(name)} in the document${hint(name, ids)}`;
    this.#findings.error(path, name === undefined ? 'required' : `${what}-unknown`, message);
    return undefined;
  }

  #tableDevice(driver: DriverDocument, device: DeviceDocument): TableDevice {
    const definition = this.#registry?.get(driver.type);
    const options: unknown = definition?.deviceOptions.safeParse(device.options ?? {}).data;
    return { driver, device, tags: [], definition, options };
  }

  #assemble(mode: ImportMode): PlantDocument {
    const drivers = this.#document.drivers?.map((driver) => {
      const devices = driver.devices?.map((device) => {
        const named = this.#devices.get(keyOf(driver.id, device.id));
        return named ? { ...device, tags: this.#tagsOf(named, mode) } : device;
      });
      return devices ? { ...driver, devices } : driver;
    });
    return drivers ? { ...this.#document, drivers } : this.#document;
  }

  #tagsOf({ device, tags }: TableDevice, mode: ImportMode): TagDocument[] {
    if (mode === 'replace') return tags;
    const named = byPath(tags);
    const before = byPath(device.tags ?? []);
    return [
      ...[...before.values()].map((tag) => named.get(tag.path) ?? tag),
      ...tags.filter(({ path }) => !before.has(path)),
    ];
  }

  /** Who imports a part of a table should know what goes. */
  #tellRemoved(): readonly string[] {
    const removed: string[] = [];
    for (const { driver, device, tags } of this.#devices.values()) {
      const named = byPath(tags);
      const gone = (device.tags ?? []).filter(({ path }) => !named.has(path));
      if (gone.length === 0) continue;
      const what = `${counted(gone.length, 'tag')} of ${driver.id}/${device.id}`;
      this.#findings.warning([], 'tags-removed', `${what} not in the table will be removed, such as ${gone[0].path}`);
      for (const { path } of gone) removed.push(path);
    }
    return removed;
  }

  /** Names of the table's tags, among themselves and beside all that stays. */
  #checkNames({ drivers = [] }: PlantDocument): void {
    const names = new TagNames();
    for (const [d, { devices = [] }] of drivers.entries()) {
      for (const [e, { tags = [] }] of devices.entries()) {
        for (const [t, tag] of tags.entries()) {
          if (this.#rows.has(tag)) continue;
          names.add(tag.path, ['drivers', d, 'devices', e, 'tags', t, 'path'], this.#findings);
        }
      }
    }
    for (const [{ path }, row] of this.#rows) names.add(path, ['rows', row, 'path'], this.#findings);
  }
}

function byPath(tags: readonly TagDocument[]): ReadonlyMap<string, TagDocument> {
  return new Map(tags.map((tag) => [tag.path, tag]));
}

/** Ids have no slash. */
function keyOf(driverId: CsvCell, deviceId: CsvCell): string {
  return `${driverId ?? ''}/${deviceId ?? ''}`;
}
