import {
  apply_timestamps_no_copy,
  type AttributeIds,
  coerceLocalizedText,
  DataType,
  DataValue,
  extractRange,
  isValidDataEncoding,
  StatusCodes,
  type TimestampsToReturn,
  Variant,
  VariantArrayType,
  type NumericRange,
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
  if (!isValidDataEncoding(dataEncoding)) return badValue(StatusCodes.BadDataEncodingInvalid);
  if (!indexRange || indexRange.isEmpty() || value.statusCode.isBad()) return value;
  return indexRange.isValid() ? extractRange(value, indexRange) : badValue(StatusCodes.BadIndexRangeInvalid);
}

/** Leaves only the times that the client asked for. */
export function withTimestamps(value: DataValue, wanted: TimestampsToReturn, attributeId: AttributeIds): DataValue {
  return apply_timestamps_no_copy(value, wanted, attributeId);
}

function isEncoding(dataEncoding: QualifiedNameLike | null | undefined): boolean {
  if (dataEncoding === null || dataEncoding === undefined) return false;
  return typeof dataEncoding === 'string' ? dataEncoding !== '' : Boolean(dataEncoding.name);
}
