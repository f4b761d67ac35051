import { GatewayError, type TagValue } from '@fieldwarden/core';
import type { ProtobufReader } from '../protobuf/reader.js';
import { wireTypes } from '../protobuf/writer.js';
import { CarriedValue } from './carried-value.js';
import { sparkplugTypeName, sparkplugTypes, type SparkplugType } from './data-types.js';
import type { DataSet } from './payload.js';

/** Throws `SPARKPLUG_DATA_SET` where columns, types and cells do not agree. */
export function readDataSet(reader: ProtobufReader): DataSet {
  const outer = reader.enter();
  const columns: string[] = [];
  const types: SparkplugType[] = [];
  // Types may stand behind the rows.
  const cells: CarriedValue[][] = [];
  let columnCount: number | undefined;
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        columnCount = Number(reader.uint64());
        break;
      case 0x12:
        reader.spend(1);
        columns.push(reader.text());
        break;
      case 0x18:
        reader.spend(1);
        types.push(reader.uint32());
        break;
      case 0x1a:
        readPackedTypes(reader, types);
        break;
      case 0x22:
        cells.push(readRow(reader));
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  if (columns.length !== types.length || (columnCount !== undefined && columnCount !== types.length)) {
    throw disagrees(`${columnCount ?? 'unsaid'} columns, ${columns.length} names, ${types.length} types`);
  }
  const odd = types.find((type) => type < sparkplugTypes.Int8 || type > sparkplugTypes.Text);
  if (odd !== undefined) throw disagrees(`${sparkplugTypeName(odd)} is no type of a column`);
  return { columns, types, rows: cells.map((row) => valuesOfRow(row, types)) };
}

/** Packed by senders that use the newer syntax of protocol buffers. */
function readPackedTypes(reader: ProtobufReader, types: SparkplugType[]): void {
  const outer = reader.enter();
  while (reader.hasMore()) {
    reader.spend(1);
    types.push(reader.uint32());
  }
  reader.leave(outer);
}

function readRow(reader: ProtobufReader): CarriedValue[] {
  reader.spend(1);
  const outer = reader.enter();
  const row: CarriedValue[] = [];
  while (reader.hasMore()) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | wireTypes.bytes)) row.push(readCell(reader));
    else reader.skip(tag);
  }
  reader.leave(outer);
  return row;
}

function readCell(reader: ProtobufReader): CarriedValue {
  reader.spend(1);
  const outer = reader.enter();
  const cell = new CarriedValue(1);
  while (reader.hasMore()) {
    const tag = reader.tag();
    if (!cell.read(reader, tag)) reader.skip(tag);
  }
  reader.leave(outer);
  return cell;
}

function valuesOfRow(row: readonly CarriedValue[], types: readonly SparkplugType[]): (TagValue | null)[] {
  if (row.length !== types.length) throw disagrees(`a row of ${row.length} cells for ${types.length} columns`);
  return row.map((cell, column) => cell.as(types[column]));
}

function disagrees(what: string): GatewayError {
  return new GatewayError({
    code: 'SPARKPLUG_DATA_SET',
    kind: 'protocol',
    message: `A Sparkplug data set contradicts itself: ${what}`,
  });
}
