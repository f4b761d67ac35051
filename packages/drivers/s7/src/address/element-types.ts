import type { ScalarType } from '@fieldwarden/core';

/** How an element's bytes are to be understood. All numbers are big-endian. */
export type Encoding =
  | 'bit'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  /** A run of bytes, taken as it is. */
  | 'bytes'
  /** CHARs without a length header, ISO 8859-1. */
  | 'chars'
  /** WCHARs without a length header, UTF-16. */
  | 'wchars'
  /** STRING: maximum and actual length in a byte each, then ISO 8859-1. */
  | 'string'
  /** WSTRING: maximum and actual length in a word each, then UTF-16. */
  | 'wstring'
  /** DTL, 12 bytes, read as UTC. */
  | 'dtl'
  /** DATE_AND_TIME, 8 bytes BCD, read as UTC. */
  | 'dateAndTime'
  /** LDT: nanoseconds since 1970. */
  | 'ldt'
  /** DATE: days since 1990-01-01. */
  | 'date'
  /** S5TIME and timers: three BCD digits and a time base; in ms. */
  | 's5time'
  /** Counters: three BCD digits. */
  | 'bcd3';

export interface ElementType {
  /** Bytes of one element; for strings and runs of one character. */
  readonly bytes: number;
  /** Types that a tag may have here, and the encoding that each stands for. */
  readonly scalars: Readonly<Partial<Record<ScalarType, Encoding>>>;
  /** The first number after the offset is the length of each string. */
  readonly isString?: boolean;
  /** Single bits of it may be addressed: `DB1,WORD2.11`. */
  readonly hasBits?: boolean;
}

const bit: ElementType = { bytes: 1, scalars: { bool: 'bit' } };
const byte: ElementType = {
  bytes: 1,
  scalars: { uint8: 'uint8', int8: 'int8', bytes: 'bytes', string: 'chars' },
  hasBits: true,
};
const integer8: ElementType = { bytes: 1, scalars: { int8: 'int8', uint8: 'uint8' }, hasBits: true };
const char: ElementType = { bytes: 1, scalars: { string: 'chars', uint8: 'uint8' } };
const integer16: ElementType = { bytes: 2, scalars: { int16: 'int16', uint16: 'uint16' }, hasBits: true };
const integer32: ElementType = { bytes: 4, scalars: { int32: 'int32', uint32: 'uint32' }, hasBits: true };
const raw32: ElementType = { ...integer32, scalars: { ...integer32.scalars, float32: 'float32' } };
const integer64: ElementType = { bytes: 8, scalars: { int64: 'int64', uint64: 'uint64' }, hasBits: true };
const raw64: ElementType = { ...integer64, scalars: { ...integer64.scalars, float64: 'float64' } };
const s5time: ElementType = { bytes: 2, scalars: { int32: 's5time', uint32: 's5time' } };

/** TIA, Kepware and nodes7 spellings of one type side by side. */
export const elementTypes: Readonly<Record<string, ElementType | undefined>> = {
  X: bit, BOOL: bit,
  B: byte, BYTE: byte,
  SINT: integer8, USINT: integer8,
  C: char, CHAR: char,
  WCHAR: { bytes: 2, scalars: { string: 'wchars' } },
  W: integer16, WORD: integer16, I: integer16, INT: integer16, UINT: integer16,
  D: raw32, DW: raw32, DWORD: raw32,
  DI: integer32, DINT: integer32, UDINT: integer32, TIME: integer32, TOD: integer32,
  R: { bytes: 4, scalars: { float32: 'float32' } },
  REAL: { bytes: 4, scalars: { float32: 'float32' } },
  L: raw64, LW: raw64, LWORD: raw64,
  LI: integer64, LINT: integer64, ULINT: integer64, LTIME: integer64, LTOD: integer64,
  LR: { bytes: 8, scalars: { float64: 'float64' } },
  LREAL: { bytes: 8, scalars: { float64: 'float64' } },
  S: { bytes: 1, scalars: { string: 'string' }, isString: true },
  STRING: { bytes: 1, scalars: { string: 'string' }, isString: true },
  WS: { bytes: 2, scalars: { string: 'wstring' }, isString: true },
  WSTRING: { bytes: 2, scalars: { string: 'wstring' }, isString: true },
  DTL: { bytes: 12, scalars: { datetime: 'dtl' } },
  DT: { bytes: 8, scalars: { datetime: 'dateAndTime' } },
  DATE_AND_TIME: { bytes: 8, scalars: { datetime: 'dateAndTime' } },
  LDT: { bytes: 8, scalars: { datetime: 'ldt' } },
  DATE: { bytes: 2, scalars: { datetime: 'date' } },
  S5TIME: s5time,
}; // prettier-ignore

export const timerType: ElementType = s5time;
export const counterType: ElementType = {
  bytes: 2,
  scalars: { int16: 'bcd3', uint16: 'bcd3', int32: 'bcd3', uint32: 'bcd3' },
};

/** STRING[254] is the longest that the length byte of a CPU allows. */
export const maxStringLength = 254;
export const maxWideStringLength = 16_382;
