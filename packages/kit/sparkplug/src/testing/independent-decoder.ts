/**
 * A decoder of Sparkplug payloads written from section 6.4 of the specification alone: it shares no line with the codec that it
 * judges, and it keeps what a rule may ask for, such as which fields were set and in which of them a value stood.
 */
export interface SeenPayload {
  readonly timestamp: bigint | undefined;
  readonly seq: bigint | undefined;
  readonly metrics: readonly SeenMetric[];
}

export interface SeenMetric {
  readonly name: string | undefined;
  readonly alias: bigint | undefined;
  readonly timestamp: bigint | undefined;
  readonly datatype: bigint | undefined;
  readonly isHistorical: boolean;
  readonly isNull: boolean;
  /** Number of the value's field, 10 to 19; undefined when none is set. */
  readonly valueField: number | undefined;
  readonly value: boolean | number | bigint | string | Uint8Array | undefined;
  readonly properties: readonly {
    readonly key: string;
    readonly type: bigint | undefined;
    readonly intValue: bigint | undefined;
  }[];
  readonly propertyCounts: { readonly keys: number; readonly values: number };
}

interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

export function decodeIndependently(payload: Uint8Array): SeenPayload {
  const fields = fieldsOf(payload);
  return {
    timestamp: whole(fields, 1),
    seq: whole(fields, 3),
    metrics: all(fields, 2).map((bytes) => seenMetric(fieldsOf(bytes))),
  };
}

function seenMetric(fields: readonly Field[]): SeenMetric {
  const valued = fields.find(({ number }) => number >= 10 && number <= 19);
  const properties = fieldsOf(all(fields, 9)[0] ?? new Uint8Array());
  const keys = all(properties, 1).map(textOf);
  const values = all(properties, 2).map(fieldsOf);
  return {
    name: all(fields, 1).map(textOf)[0],
    alias: whole(fields, 2),
    timestamp: whole(fields, 3),
    datatype: whole(fields, 4),
    isHistorical: whole(fields, 5) === 1n,
    isNull: whole(fields, 7) === 1n,
    valueField: valued?.number,
    value: valued && valueOf(valued),
    properties: keys.map((key, i) => ({ key, type: whole(values[i] ?? [], 1), intValue: whole(values[i] ?? [], 3) })),
    propertyCounts: { keys: keys.length, values: values.length },
  };
}

function valueOf({ number, value }: Field): SeenMetric['value'] {
  if (number === 14) return value === 1n;
  if (!(value instanceof Uint8Array)) return value;
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  if (number === 12) return view.getFloat32(0, true);
  if (number === 13) return view.getFloat64(0, true);
  return number === 15 ? textOf(value) : value;
}

function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length) throw new Error('it ends within a number');
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('it ends within a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 1) fields.push({ number, value: take(8) });
    else if (wire === 2) fields.push({ number, value: take(Number(varint())) });
    else if (wire === 5) fields.push({ number, value: take(4) });
    else throw new Error(`wire type ${wire}`);
  }
  return fields;
}

function whole(fields: readonly Field[], number: number): bigint | undefined {
  return fields.find((field) => field.number === number)?.value as bigint | undefined;
}

function all(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.filter((field) => field.number === number).map((field) => field.value as Uint8Array);
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);
