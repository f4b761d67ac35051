import {
  bigIntegerRanges,
  fromJsonValue,
  statusCodes,
  type DataType,
  type ScalarValue,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';

/** A value of a device that stands for "none", as JSON has it: a number, or a text where JSON has no number (`NaN`, digits of an int64). */
export type WrittenValue = number | string;

/** Values with which a device says that it has none. Compared with what comes from the device, before any scaling. */
export class NotAvailable {
  readonly #values: ReadonlySet<ScalarValue>;

  /** `type`: of the value in the device. Throws kind `config` for a value that the type does not have. */
  constructor(written: readonly WrittenValue[], type: DataType) {
    this.#values = new Set(written.map((value) => deviceValue(value, type)));
  }

  /** Status of a tag whose device sent this; undefined for a value. Of an array each element counts. */
  statusOf(value: TagValue): StatusCode | undefined {
    if (!Array.isArray(value)) return this.#values.has(value as ScalarValue) ? statusCodes.BadSensorFailure : undefined;
    const elements = value as readonly ScalarValue[];
    const missing = elements.filter((element) => this.#values.has(element)).length;
    if (missing === 0) return undefined;
    return missing === elements.length ? statusCodes.BadSensorFailure : statusCodes.UncertainSubNormal;
  }
}

function deviceValue(written: WrittenValue, { scalar }: DataType): ScalarValue {
  const isBits = bigIntegerRanges[scalar] !== undefined && /^0x[0-9a-f]+$/i.test(String(written));
  const value = fromJsonValue(isBits ? BigInt(written) : written, { scalar }) as ScalarValue;
  return scalar === 'float32' ? Math.fround(value as number) : value;
}
