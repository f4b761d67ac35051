import { bigIntegerRanges, integerRanges, type TagValue } from '@fieldwarden/core';
import { decodeArray, isOfScalar, latestTimeMs } from './array-values.js';
import { isArrayType, scalarOfSparkplugType, sparkplugTypes, type SparkplugType } from './data-types.js';
import { carriers, type Carried, type Carrier, type DataSet, type Metric, type Template } from './payload.js';
import { undecodable } from './value-errors.js';

/**
 * The value of a metric, null where it says so. `type` is that of the birth, which DATA do not repeat; a metric that carries one
 * itself is read by its own. Throws kind `protocol`, code `SPARKPLUG_VALUE`.
 */
export function metricValue(
  metric: Metric,
  type: SparkplugType = sparkplugTypes.Unknown,
): TagValue | DataSet | Template | null {
  if (metric.isNull || metric.carrier === carriers.none) return null;
  return valueOf(metric.carrier, metric.carried, metric.datatype ?? type) as TagValue | DataSet | Template;
}

/** A value as it was carried, read as one of the type. */
export function valueOf(carrier: Carrier, carried: Carried, type: SparkplugType): Carried {
  if (isWhole(type)) return wholeNumber(carrier, carried, type);
  switch (type) {
    case sparkplugTypes.Unknown:
      return carried;
    case sparkplugTypes.Float:
    case sparkplugTypes.Double:
      if (carrier === carriers.float || carrier === carriers.double) return carried;
      break;
    case sparkplugTypes.Boolean:
      if (carrier === carriers.boolean) return carried;
      break;
    case sparkplugTypes.String:
    case sparkplugTypes.Text:
    case sparkplugTypes.UUID:
      if (carrier === carriers.string) return carried;
      break;
    case sparkplugTypes.DateTime:
      return time(carrier, carried, type);
    case sparkplugTypes.Bytes:
    case sparkplugTypes.File:
      if (carrier === carriers.bytes) return carried;
      break;
    case sparkplugTypes.DataSet:
      if (carrier === carriers.dataSet) return carried;
      break;
    case sparkplugTypes.Template:
      if (carrier === carriers.template) return carried;
      break;
    case sparkplugTypes.PropertySet:
      if (carrier === carriers.propertySet) return carried;
      break;
    case sparkplugTypes.PropertySetList:
      if (carrier === carriers.propertySets) return carried;
      break;
    default:
      if (isArrayType(type) && carrier === carriers.bytes) return decodeArray(carried as Uint8Array, type);
  }
  throw undecodable(`it came in the field of ${carrierName(carrier)}`, type);
}

function isWhole(type: SparkplugType): boolean {
  return type >= sparkplugTypes.Int8 && type <= sparkplugTypes.UInt64;
}

/**
 * Signed types up to 32 bits travel in two's complement, by the book in 32 bits, by some senders in the 8 or 16 of the type. UInt32 comes
 * in the field of 64 bits by tradition and in that of 32 by the letter of the specification. 64 bits become a bigint.
 */
function wholeNumber(carrier: Carrier, carried: Carried, type: SparkplugType): number | bigint {
  if (carrier !== carriers.int && carrier !== carriers.long) {
    throw undecodable(`it came in the field of ${carrierName(carrier)}`, type);
  }
  const unsigned = carried as number | bigint;
  const scalar = scalarOfSparkplugType(type)!;
  const bigRange = bigIntegerRanges[scalar];
  if (bigRange) {
    const bits = carrier === carriers.int ? 32 : 64;
    return scalar === 'int64' ? BigInt.asIntN(bits, BigInt(unsigned)) : BigInt(unsigned);
  }
  const value = Number(unsigned);
  const [min, max] = integerRanges[scalar]!;
  if (min === 0) {
    if (value <= max) return value;
  } else {
    const ownBits = value <= max - min ? value - (value > max ? max - min + 1 : 0) : undefined;
    const signed = ownBits ?? (carrier === carriers.int ? value | 0 : Number(BigInt.asIntN(64, BigInt(unsigned))));
    if (isOfScalar(signed, scalar)) return signed;
  }
  throw undecodable(`${String(unsigned)} does not fit it`, type);
}

function time(carrier: Carrier, carried: Carried, type: SparkplugType): number {
  if (carrier !== carriers.long) throw undecodable(`it came in the field of ${carrierName(carrier)}`, type);
  const ms = typeof carried === 'bigint' ? Number(BigInt.asIntN(64, carried)) : (carried as number);
  if (Math.abs(ms) > latestTimeMs) throw undecodable(`${ms} ms is no time`, type);
  return ms;
}

const carrierNames = new Map<Carrier, string>(
  (Object.entries(carriers) as [string, Carrier][]).map(([name, carrier]) => [carrier, name]),
);

function carrierName(carrier: Carrier): string {
  return carrierNames.get(carrier)!;
}
