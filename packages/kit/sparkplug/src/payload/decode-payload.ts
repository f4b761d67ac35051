import { defaultPayloadLimits, ProtobufReader, type PayloadLimits } from '../protobuf/reader.js';
import { CarriedValue } from './carried-value.js';
import { sparkplugTypes, type SparkplugType } from './data-types.js';
import { readDataSet } from './decode-data-set.js';
import { readMetaData, readPropertySet } from './decode-properties.js';
import {
  carriers,
  type Carried,
  type Carrier,
  type Metric,
  type MetaData,
  type Payload,
  type PropertySet,
  type Template,
  type TemplateParameter,
} from './payload.js';

/*
 * The numbers in `case` are field << 3 | wire type, of the .proto in section 6.4 of the specification (6.4.1 and following). Fields
 * that it does not list, and fields of another wire type, are passed over.
 */

/** Throws kind `protocol` for bytes that are no payload, or that would cost more than `limits` allow. */
export function decodePayload(bytes: Uint8Array, limits: PayloadLimits = defaultPayloadLimits): Payload {
  const reader = new ProtobufReader(bytes, limits);
  const metrics: Metric[] = [];
  let timestampMs: number | undefined;
  let seq: number | undefined;
  let uuid: string | undefined;
  let body: Uint8Array | undefined;
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        timestampMs = reader.time();
        break;
      case 0x12:
        metrics.push(readMetric(reader));
        break;
      case 0x18:
        seq = Number(reader.uint64());
        break;
      case 0x22:
        uuid = reader.text();
        break;
      case 0x2a:
        body = reader.bytes();
        break;
      default:
        reader.skip(tag);
    }
  }
  return { timestampMs, seq, uuid, body, metrics };
}

function readMetric(reader: ProtobufReader): Metric {
  reader.spend(1);
  const outer = reader.enter();
  let name: string | undefined;
  let alias: number | bigint | undefined;
  let timestampMs: number | undefined;
  let datatype: SparkplugType | undefined;
  let isHistorical = false;
  let isTransient = false;
  let isNull = false;
  let metadata: MetaData | undefined;
  let properties: PropertySet | undefined;
  let carrier: Carrier = carriers.none;
  let carried: Carried = null;
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        name = reader.text();
        break;
      case 0x10:
        alias = reader.uint64();
        break;
      case 0x18:
        timestampMs = reader.time();
        break;
      case 0x20:
        datatype = reader.uint32();
        break;
      case 0x28:
        isHistorical = reader.boolean();
        break;
      case 0x30:
        isTransient = reader.boolean();
        break;
      case 0x38:
        isNull = reader.boolean();
        break;
      case 0x42:
        metadata = readMetaData(reader);
        break;
      case 0x4a:
        properties = readPropertySet(reader);
        break;
      case 0x50:
        carrier = carriers.int;
        carried = reader.uint32();
        break;
      case 0x58:
        carrier = carriers.long;
        carried = reader.uint64();
        break;
      case 0x65:
        carrier = carriers.float;
        carried = reader.float();
        break;
      case 0x69:
        carrier = carriers.double;
        carried = reader.double();
        break;
      case 0x70:
        carrier = carriers.boolean;
        carried = reader.boolean();
        break;
      case 0x7a:
        carrier = carriers.string;
        carried = reader.text();
        break;
      case 0x82:
        carrier = carriers.bytes;
        carried = reader.bytes();
        break;
      case 0x8a:
        carrier = carriers.dataSet;
        carried = readDataSet(reader);
        break;
      case 0x92:
        carrier = carriers.template;
        carried = readTemplate(reader);
        break;
      case 0x9a:
        carrier = carriers.extension;
        carried = null;
        reader.skip(tag);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return {
    name,
    alias,
    timestampMs,
    datatype,
    isHistorical,
    isTransient,
    isNull,
    metadata,
    properties,
    carrier,
    carried,
  };
}

function readTemplate(reader: ProtobufReader): Template {
  const outer = reader.enter();
  const metrics: Metric[] = [];
  const parameters: TemplateParameter[] = [];
  let version: string | undefined;
  let reference: string | undefined;
  let isDefinition = false;
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        version = reader.text();
        break;
      case 0x12:
        metrics.push(readMetric(reader));
        break;
      case 0x1a:
        parameters.push(readParameter(reader));
        break;
      case 0x22:
        reference = reader.text();
        break;
      case 0x28:
        isDefinition = reader.boolean();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return { version, reference, isDefinition, metrics, parameters };
}

function readParameter(reader: ProtobufReader): TemplateParameter {
  reader.spend(1);
  const outer = reader.enter();
  const value = new CarriedValue(3);
  let name: string | undefined;
  let type: SparkplugType = sparkplugTypes.Unknown;
  while (reader.hasMore()) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.text();
    else if (tag === 0x10) type = reader.uint32();
    else if (!value.read(reader, tag)) reader.skip(tag);
  }
  reader.leave(outer);
  return { name, type, value: value.as(type) };
}
