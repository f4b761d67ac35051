import type { FieldPath } from '../rules/findings.js';
import { deviceSchema, driverSchema } from '../document/driver-schema.js';
import type { PlantDocument } from '../document/plant-document.js';
import { isRecord } from '../document/schema-walk.js';
import { tagSchema } from '../document/tag-schema.js';
import { yamlLines } from './yaml-text.js';

type Fields = Readonly<Record<string, unknown>>;

/** What comes first; sections of services follow as they stand. */
const documentOrder = ['version', 'site', 'logging', 'tls', 'drivers'];

const orders = {
  driver: Object.keys(driverSchema.shape),
  device: Object.keys(deviceSchema.shape),
  tag: Object.keys(tagSchema.shape),
};

/**
 * A document as people write it: fields in the order of the schema, those of options as they stand, a tag on one line, texts that
 * could be read as something else in quotes. Reads back as the same document, addresses as texts. Takes no syntax tree: that of
 * 100,000 tags would need 700 MB.
 */
export function documentToYaml(document: PlantDocument): string {
  const { drivers, ...rest } = document;
  const written = inOrder({ ...rest, ...(drivers && { drivers: drivers.map(driver) }) }, documentOrder);
  return `${yamlLines(written).join('\n')}\n`;
}

/** A part of a document with its fields in that order; `path` says which part it is. */
export function inWrittenOrder(value: unknown, path: FieldPath): unknown {
  const names = path.filter((step) => typeof step === 'string').join('.');
  const isItem = typeof path.at(-1) === 'number';
  const write = isItem ? writers[names] : undefined;
  if (write && isRecord(value)) return write(value);
  const ofItems = isItem ? undefined : writers[names];
  if (ofItems && Array.isArray(value)) return value.map((item: unknown) => (isRecord(item) ? ofItems(item) : item));
  return isItem || names !== 'drivers.devices.tags.address' || !isWholeNumber(value) ? value : Number(value);
}

const writers: Readonly<Record<string, (fields: Fields) => Fields>> = {
  drivers: (fields) => driver(fields as DriverFields),
  'drivers.devices': (fields) => device(fields),
  'drivers.devices.tags': tag,
};

type DriverFields = NonNullable<PlantDocument['drivers']>[number];

function driver({ devices, ...rest }: DriverFields): Fields {
  return inOrder({ ...rest, ...(devices && { devices: devices.map(device) }) }, orders.driver);
}

function device({ tags, ...rest }: Fields & { readonly tags?: readonly Fields[] | undefined }): Fields {
  return inOrder({ ...rest, ...(tags && { tags: tags.map(tag) }) }, orders.device);
}

function tag(fields: Fields): Fields {
  return inOrder(isWholeNumber(fields.address) ? { ...fields, address: Number(fields.address) } : fields, orders.tag);
}

/** Addresses are read as they are written: such a one needs no quotes. Leading zeros keep theirs, for other readers of YAML. */
function isWholeNumber(address: unknown): boolean {
  return typeof address === 'string' && /^[1-9][0-9]{0,14}$/.test(address);
}

function inOrder(fields: Fields, order: readonly string[]): Fields {
  const known = order.filter((name) => Object.hasOwn(fields, name) && fields[name] !== undefined);
  const others = Object.keys(fields).filter((name) => !order.includes(name));
  return Object.fromEntries([...known, ...others].map((name) => [name, fields[name]]));
}
