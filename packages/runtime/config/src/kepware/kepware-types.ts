import type { ScalarType } from '@fieldwarden/core';

/** Kepware's data types by name and by the number that its JSON has for them (`servermain.TAG_DATA_TYPE`); arrays are 20 above. */
const names = [
  'String', 'Boolean', 'Char', 'Byte', 'Short', 'Word', 'Long', 'DWord', 'Float', 'Double', 'BCD', 'LBCD', 'Date', 'LLong', 'QWord',
] as const; // prettier-ignore

export type KepwareScalar = (typeof names)[number];

export interface KepwareType {
  readonly scalar: KepwareScalar;
  readonly isArray: boolean;
}

const arrayOffset = 20;

/** `Float`, `Float Array` or a number → type; undefined for `Default` and what is not known. */
export function kepwareType(written: string): KepwareType | undefined {
  if (/^\d+$/.test(written)) {
    const code = Number(written);
    const isArray = code >= arrayOffset;
    const scalar = names[isArray ? code - arrayOffset : code];
    return scalar && { scalar, isArray };
  }
  const [, name, array] = /^(.*?)(\s+Array)?$/i.exec(written.trim()) ?? [];
  const scalar = names.find((known) => known.toLowerCase() === name.toLowerCase());
  return scalar && { scalar, isArray: array !== undefined };
}

/** What is the same in every protocol. BCD is an encoding of an unsigned number, not a type of its own. */
export const scalarTypeOf: Readonly<Record<KepwareScalar, ScalarType>> = {
  String: 'string',
  Boolean: 'bool',
  Char: 'int8',
  Byte: 'uint8',
  Short: 'int16',
  Word: 'uint16',
  Long: 'int32',
  DWord: 'uint32',
  Float: 'float32',
  Double: 'float64',
  BCD: 'uint16',
  LBCD: 'uint32',
  Date: 'datetime',
  LLong: 'int64',
  QWord: 'uint64',
};
