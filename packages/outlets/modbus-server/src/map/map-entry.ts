import { order64Of, valueCodec, type ByteOrders, type ValueCodec } from '@fieldwarden/codec';
import { formatDataType, messageOf, parseDataType, type DataType } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { MapRow, UnitSettings } from '../settings.js';
import { parseServedAddress, type ServedAddress } from './address.js';
import { areaTraits } from './area.js';
import { conversionBetween, type Conversion } from './conversion.js';

/** What a map needs to know of a tag. `handle` is -1 where a document is only checked. */
export interface MappedTag extends Pick<TagDefinition, 'type' | 'access'> {
  readonly handle: number;
}

/** One row of a unit's map, ready to be served. */
export interface MapEntry extends ServedAddress {
  /** Of the row in the settings. */
  readonly row: number;
  readonly path: string;
  readonly type: DataType;
  /** Undefined when there is no such tag or its type does not fit: the addresses are taken and answer with a failure. */
  readonly tag: MappedTag | undefined;
  readonly conversion: Conversion | undefined;
  readonly quality: boolean;
  /** By the row; the tag has a word in it too. */
  readonly mayWrite: boolean;
  /** Of one element; only for whole registers. */
  readonly codec: ValueCodec | undefined;
  /** Registers of one element; only for whole registers. */
  readonly elementRegisters: number;
  /** Bits of a register count from the other byte (`byteOrder16: BA`). */
  readonly swapsBytes: boolean;
}

/** What is wrong with one row, for the validation of documents and for the log. */
export interface MapFinding {
  readonly row: number;
  readonly field: keyof MapRow;
  readonly rule: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export type TagOf = (path: string) => MappedTag | undefined;

/** One row → entry, and what is wrong with it. No entry: its place in the map can't be told. Pure. */
export function placeRow(
  unit: UnitSettings,
  row: number,
  tagOf: TagOf,
): { readonly entry?: MapEntry; readonly findings: readonly MapFinding[] } {
  const written = unit.map[row];
  const tag = tagOf(written.path);
  const findings: MapFinding[] = [];
  const find = (field: keyof MapRow, rule: string, message: string, severity: 'error' | 'warning' = 'error'): void =>
    void findings.push({ row, field, rule, message, severity });

  checkTag(written, tag, find);
  const type = typeOfRow(written, tag);
  let address: ServedAddress;
  try {
    address = parseServedAddress(String(written.address), type, unit.zeroBased);
  } catch (thrown) {
    find('address', 'modbus-address', messageOf(thrown));
    return { findings };
  }
  checkAccess(written, address, tag, find);
  const conversion = tag && !written.quality ? conversionBetween(tag.type, type) : undefined;
  const fits = tag !== undefined && (written.quality || conversion !== undefined);
  if (tag && !fits) {
    const message = `tag ${written.path} is ${formatDataType(tag.type)} and can't be shown as ${formatDataType(type)}`;
    find('dataType', 'modbus-type', message);
  }
  const entry: MapEntry = {
    ...address,
    row,
    path: written.path,
    type,
    tag: fits ? tag : undefined,
    conversion,
    quality: written.quality,
    mayWrite: written.access === 'read-write' && !written.quality && areaTraits[address.area].writable,
    codec: address.form === 'registers' ? codecOf(unit, written, type, address) : undefined,
    elementRegisters: address.form === 'registers' ? address.count / address.elements : 0,
    swapsBytes: unit.byteOrder16 === 'BA',
  };
  return { entry, findings };
}

type Find = (field: keyof MapRow, rule: string, message: string, severity?: 'error' | 'warning') => void;

function checkTag({ path, dataType, quality }: MapRow, tag: MappedTag | undefined, find: Find): void {
  if (quality && dataType !== undefined) find('dataType', 'modbus-type', 'a quality is 1 or 0 and has no data type');
  if (tag) return;
  // The gateway's own tags are not in the document; they are found when it runs.
  if (!path.startsWith('_system/')) find('path', 'modbus-unknown-tag', `no tag has the path ${path}`);
  else if (dataType === undefined && !quality) {
    find('dataType', 'modbus-type', `say the data type of ${path}: it is a tag of the gateway itself`);
  }
}

function checkAccess(
  { access, path, quality }: MapRow,
  { area }: ServedAddress,
  tag: MappedTag | undefined,
  find: Find,
) {
  if (access !== 'read-write') return;
  if (quality) find('access', 'modbus-access', 'a quality can only be read');
  else if (!areaTraits[area].writable) find('access', 'modbus-access', `a ${area} can only be read; use HR or C`);
  else if (tag?.access === 'read-only') {
    find('access', 'modbus-access', `tag ${path} is read-only, so writes will be refused`, 'warning');
  }
}

/** A row whose tag is not known yet takes the least room. */
function typeOfRow({ address, dataType, quality }: MapRow, tag: MappedTag | undefined): DataType {
  if (!quality && dataType !== undefined) return parseDataType(dataType)!;
  if (!quality && tag) return tag.type;
  return { scalar: scalarFor(String(address).trim()) };
}

function scalarFor(address: string): DataType['scalar'] {
  if (/^(C|DI|0|1)|\.\d{1,2}$/i.test(address)) return 'bool';
  if (/\.\d{1,3}[HL]1?$/i.test(address)) return 'string';
  return /\.MS$/i.test(address) ? 'datetime' : 'uint16';
}

function codecOf(unit: UnitSettings, row: MapRow, { scalar }: DataType, { encoding }: ServedAddress): ValueCodec {
  return valueCodec({ scalar }, { ...encoding, orders: ordersOf(unit, row), int8Width: 2 });
}

function ordersOf({ byteOrder, byteOrder16, byteOrder64 }: UnitSettings, row: MapRow): ByteOrders {
  const order32 = row.byteOrder ?? byteOrder;
  const order64 = row.byteOrder === undefined && byteOrder64 ? byteOrder64 : order64Of(order32);
  return { order16: byteOrder16, order32, order64 };
}
