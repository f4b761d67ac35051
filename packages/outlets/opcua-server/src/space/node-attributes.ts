import {
  apply_timestamps_no_copy,
  type AttributeIds,
  coerceLocalizedText,
  DataType,
  DataValue,
  extractRange,
  StatusCodes,
  type TimestampsToReturn,
  Variant,
  VariantArrayType,
  NumericRange,
  type QualifiedNameLike,
  type StatusCode as UaStatusCode,
} from 'node-opcua';

/** Attribute values of a node, by attribute id; what is missing the node does not have. */
export type Attributes = Partial<Record<AttributeIds, Variant>>;

export interface AttributeRequest {
  readonly attributeId: AttributeIds;
  readonly indexRange?: NumericRange;
  readonly dataEncoding?: QualifiedNameLike | null;
}

export const scalar = (dataType: DataType, value: unknown): Variant => new Variant({ dataType, value });

export const uint32Array = (value: readonly number[]): Variant =>
  new Variant({ dataType: DataType.UInt32, arrayType: VariantArrayType.Array, value });

export const localizedText = (text: string): Variant => scalar(DataType.LocalizedText, coerceLocalizedText(text));

export function badValue(statusCode: UaStatusCode): DataValue {
  const result = new DataValue(null);
  result.statusCode = statusCode;
  return result;
}

/** OPC 10000-4, 5.11.2.4: index range and encoding belong to the Value attribute alone. */
export function otherAttribute(attributes: Attributes, request: AttributeRequest): DataValue {
  const { attributeId, indexRange, dataEncoding } = request;
  const value = attributes[attributeId];
  if (value === undefined) return badValue(StatusCodes.BadAttributeIdInvalid);
  if (indexRange && !indexRange.isEmpty()) return badValue(StatusCodes.BadIndexRangeNoData);
  if (isEncoding(dataEncoding)) return badValue(StatusCodes.BadDataEncodingInvalid);
  const result = new DataValue(null);
  result.statusCode = StatusCodes.Good;
  result.value = value;
  return result;
}

/** Applies index range and encoding to a Value; status and times stay as they are. */
export function valueAttribute(value: DataValue, { indexRange, dataEncoding }: AttributeRequest): DataValue {
  if (isEncoding(dataEncoding)) {
    const name = typeof dataEncoding === 'string' ? dataEncoding : (dataEncoding?.name ?? '');
    if (!encodings.has(name)) return badValue(StatusCodes.BadDataEncodingInvalid);
    if (name !== binary) return badValue(StatusCodes.BadDataEncodingUnsupported);
  }
  if (!indexRange || indexRange.isEmpty()) return value;
  return indexRange.isValid() ? partOf(value, indexRange) : badValue(StatusCodes.BadIndexRangeInvalid);
}

/** A part of a value; the library takes a value without elements for all of its parts (OPC 10000-4, 7.27). */
export function partOf(value: DataValue, range: NumericRange): DataValue {
  if (value.statusCode.isBad()) return value;
  if (hasParts(value.value, range)) return extractRange(value, range);
  const result = badValue(StatusCodes.BadIndexRangeNoData);
  result.sourceTimestamp = value.sourceTimestamp;
  result.serverTimestamp = value.serverTimestamp;
  return result;
}

/** Texts have parts as arrays have; none of our values has more dimensions than one. */
function hasParts({ dataType, arrayType }: Variant, { type }: NumericRange): boolean {
  if (type === NumericRange.NumericRangeType.MatrixRange) return false;
  return arrayType !== VariantArrayType.Scalar || dataType === DataType.String || dataType === DataType.ByteString;
}

const binary = 'DefaultBinary';
const encodings: ReadonlySet<string> = new Set([binary, 'DefaultXml', 'DefaultJson']);

/** Leaves only the times that the client asked for. */
export function withTimestamps(value: DataValue, wanted: TimestampsToReturn, attributeId: AttributeIds): DataValue {
  return apply_timestamps_no_copy(value, wanted, attributeId);
}

function isEncoding(dataEncoding: QualifiedNameLike | null | undefined): boolean {
  if (dataEncoding === null || dataEncoding === undefined) return false;
  return typeof dataEncoding === 'string' ? dataEncoding !== '' : Boolean(dataEncoding.name);
}
