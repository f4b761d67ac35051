import { scalarTypes } from '@fieldwarden/core';

/** What IEC 61131-3, PLC tools and programming languages call the types. */
const otherNames: Readonly<Record<string, string>> = {
  boolean: 'bool',
  sint: 'int8',
  usint: 'uint8',
  byte: 'uint8',
  int: 'int16',
  short: 'int16',
  uint: 'uint16',
  word: 'uint16',
  dint: 'int32',
  udint: 'uint32',
  dword: 'uint32',
  lint: 'int64',
  long: 'int64',
  ulint: 'uint64',
  lword: 'uint64',
  float: 'float32',
  real: 'float32',
  single: 'float32',
  double: 'float64',
  lreal: 'float64',
  text: 'string',
  wstring: 'string',
  timestamp: 'datetime',
};

/** Why a text is no data type; with the name here of what others call so. */
export function noDataType(text: unknown): string {
  const types = `a data type is one of ${scalarTypes.join(', ')}, or an array of one: float32[10]`;
  const [, word = '', size = ''] = typeof text === 'string' ? (/^([a-z0-9]+)(\[\d+\])?$/i.exec(text) ?? []) : [];
  const lower = word.toLowerCase();
  const name = Object.hasOwn(otherNames, lower) ? otherNames[lower] : scalarTypes.find((type) => type === lower);
  return name === undefined ? types : `${types}; ${word}${size} is ${name}${size} here`;
}
