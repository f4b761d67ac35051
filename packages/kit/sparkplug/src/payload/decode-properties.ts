import { GatewayError } from '@fieldwarden/core';
import type { ProtobufReader } from '../protobuf/reader.js';
import { CarriedValue } from './carried-value.js';
import { sparkplugTypes, type SparkplugType } from './data-types.js';
import type { MetaData, PropertySet, PropertyValue } from './payload.js';

/** Throws `SPARKPLUG_PROPERTY_SET` where there are more keys than values or the other way round. */
export function readPropertySet(reader: ProtobufReader): PropertySet {
  const outer = reader.enter();
  const keys: string[] = [];
  const values: PropertyValue[] = [];
  while (reader.hasMore()) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.spend(1);
      keys.push(reader.text());
    } else if (tag === 0x12) values.push(readPropertyValue(reader));
    else reader.skip(tag);
  }
  reader.leave(outer);
  if (keys.length !== values.length) {
    throw new GatewayError({
      code: 'SPARKPLUG_PROPERTY_SET',
      kind: 'protocol',
      message: `A Sparkplug property set has ${keys.length} keys and ${values.length} values`,
    });
  }
  return new Map(keys.map((key, i) => [key, values[i]]));
}

function readPropertyValue(reader: ProtobufReader): PropertyValue {
  reader.spend(1);
  const outer = reader.enter();
  const simple = new CarriedValue(3);
  let type: SparkplugType = sparkplugTypes.Unknown;
  let isNull = false;
  let nested: PropertySet | readonly PropertySet[] | undefined;
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        type = reader.uint32();
        break;
      case 0x10:
        isNull = reader.boolean();
        break;
      case 0x4a:
        nested = readPropertySet(reader);
        break;
      case 0x52:
        nested = readPropertySetList(reader);
        break;
      default:
        if (!simple.read(reader, tag)) reader.skip(tag);
    }
  }
  reader.leave(outer);
  return { type, value: isNull ? null : (nested ?? simple.as(type)) };
}

function readPropertySetList(reader: ProtobufReader): readonly PropertySet[] {
  const outer = reader.enter();
  const sets: PropertySet[] = [];
  while (reader.hasMore()) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.spend(1);
      sets.push(readPropertySet(reader));
    } else reader.skip(tag);
  }
  reader.leave(outer);
  return sets;
}

export function readMetaData(reader: ProtobufReader): MetaData {
  const outer = reader.enter();
  let isMultiPart = false;
  let contentType: string | undefined;
  let sizeBytes: number | bigint | undefined;
  let seq: number | bigint | undefined;
  let fileName: string | undefined;
  let fileType: string | undefined;
  let md5: string | undefined;
  let description: string | undefined;
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        isMultiPart = reader.boolean();
        break;
      case 0x12:
        contentType = reader.text();
        break;
      case 0x18:
        sizeBytes = reader.uint64();
        break;
      case 0x20:
        seq = reader.uint64();
        break;
      case 0x2a:
        fileName = reader.text();
        break;
      case 0x32:
        fileType = reader.text();
        break;
      case 0x3a:
        md5 = reader.text();
        break;
      case 0x42:
        description = reader.text();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return { isMultiPart, contentType, sizeBytes, seq, fileName, fileType, md5, description };
}
