import { GatewayError, integerRanges, statusCodes, type ScalarValue, type TagValue } from '@fieldwarden/core';
import { builtIn, scalarOfBuiltIn } from './built-in-types.js';
import { pairOf, shape, type UaVariant } from './ua-value.js';

/** What a node takes: read from it before the first write. */
export interface NodeType {
  readonly dataType: number;
  /** Of the value that it has; undefined for a scalar. */
  readonly dimensions: readonly number[] | undefined;
  readonly isArray: boolean;
}

/** A tag's value in the node's own type. Throws kind `rejected`, `BadTypeMismatch` or `BadOutOfRange`: nothing is sent then. */
export function writtenValue(value: TagValue, { dataType, isArray, dimensions }: NodeType): UaVariant {
  if (isArray && dataType === builtIn.Byte && value instanceof Uint8Array)
    return { dataType, arrayType: shape.array, value: Uint8Array.from(value) };
  if (!isArray && dataType === builtIn.ByteString && isList(value))
    return { dataType, arrayType: shape.scalar, value: Buffer.from(value.map(Number)) };
  if (isArray !== isList(value)) throw unfit(isArray ? 'the node is an array' : 'the node is no array');
  if (!isList(value)) return { dataType, arrayType: shape.scalar, value: elementOf(value, dataType) };
  const elements = value.map((one) => elementOf(one, dataType));
  if (dimensions === undefined || dimensions.length < 2) return { dataType, arrayType: shape.array, value: elements };
  if (dimensions.reduce((all, one) => all * one, 1) !== elements.length)
    throw unfit(`the node is a matrix of ${dimensions.join(' × ')}`);
  return { dataType, arrayType: shape.matrix, value: elements, dimensions };
}

function elementOf(value: ScalarValue, dataType: number): unknown {
  switch (dataType) {
    case builtIn.Boolean:
      if (typeof value === 'boolean') return value;
      if (value === 0 || value === 1) return value === 1;
      throw unfit('the node is a Boolean');
    case builtIn.String:
    case builtIn.XmlElement:
    case builtIn.Guid:
      return typeof value === 'string'
        ? value
        : String(value instanceof Uint8Array ? fail('the node is a text') : value);
    case builtIn.LocalizedText:
      if (typeof value !== 'string') throw unfit('the node is a text');
      return { locale: null, text: value };
    case builtIn.ByteString:
      if (value instanceof Uint8Array) return Buffer.from(value);
      throw unfit('the node is a ByteString');
    case builtIn.DateTime:
      if (typeof value === 'number') return new Date(value);
      throw unfit('the node is a DateTime');
    case builtIn.Int64:
    case builtIn.UInt64:
      return pairOf(wholeOf(value, dataType === builtIn.Int64 ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n]));
    case builtIn.Float:
    case builtIn.Double:
      return numberOf(value, dataType);
    default: {
      const range = integerRanges[scalarOfBuiltIn[dataType] ?? 'string'];
      if (!range || dataType === builtIn.StatusCode) throw unfit('a value of the node’s type cannot be written');
      return Number(wholeOf(value, [BigInt(range[0]), BigInt(range[1])]));
    }
  }
}

function numberOf(value: ScalarValue, dataType: number): number {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean')
    throw unfit('the node is a number');
  const number = Number(value);
  if (typeof value === 'bigint' && BigInt(number) !== value)
    throw beyond(`${value} has more digits than the node keeps`);
  if (dataType === builtIn.Float && Number.isFinite(number) && !Number.isFinite(Math.fround(number)))
    throw beyond(`${number} is beyond a Float`);
  return number;
}

function wholeOf(value: ScalarValue, [min, max]: readonly [bigint, bigint]): bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean')
    throw unfit('the node is a whole number');
  if (typeof value === 'number' && !Number.isInteger(value))
    throw unfit(`the node is a whole number, ${value} is none`);
  const whole = BigInt(value);
  if (whole < min || whole > max) throw beyond(`the node takes ${min} to ${max}`);
  return whole;
}

function isList(value: TagValue): value is readonly ScalarValue[] {
  return Array.isArray(value);
}

function fail(why: string): never {
  throw unfit(why);
}

function unfit(why: string): GatewayError {
  return refused(statusCodes.BadTypeMismatch, why);
}

function beyond(why: string): GatewayError {
  return refused(statusCodes.BadOutOfRange, why);
}

function refused(status: number, message: string): GatewayError {
  return new GatewayError({ code: 'OPCUA_VALUE_UNFIT', kind: 'rejected', status, message });
}
