import type { TextPadding } from '@fieldwarden/codec';
import { formatDataType, GatewayError, type DataType } from '@fieldwarden/core';
import {
  counterType,
  elementTypes,
  maxStringLength,
  maxWideStringLength,
  timerType,
  type ElementType,
  type Encoding,
} from './element-types.js';

/** P: peripheral inputs and outputs, past the process image. */
export type S7Area = 'DB' | 'M' | 'I' | 'Q' | 'P' | 'T' | 'C';

/** Where a tag lives and how its bytes are to be understood. */
export interface S7Address {
  readonly area: S7Area;
  /** Number of the data block; 0 outside the area DB. */
  readonly db: number;
  /** First byte. For timers and counters their number. */
  readonly start: number;
  /** Of an address of the encoding `bit`: 0–7, in the byte `start`. */
  readonly bit: number;
  readonly encoding: Encoding;
  /** Elements of an array; undefined for a scalar. */
  readonly count: number | undefined;
  /** Characters of a string, characters or bytes of a run. */
  readonly length: number;
  /** Of characters without a length header: what fills them behind the end of the text. Default `nul`. */
  readonly padding?: TextPadding;
  /** Distance from one element to the next. */
  readonly elementBytes: number;
  /** From `start` to the end of the last element. */
  readonly byteLength: number;
}

/** An address taken apart, before the tag's type has been looked at. */
interface Spelling {
  readonly text: string;
  readonly area: S7Area;
  readonly db: number;
  readonly typeName: string;
  readonly element: ElementType;
  readonly offset: number;
  /** The dotted numbers after the offset: bit, string length, count, as the type has it. */
  readonly numbers: readonly number[];
  /** `[n]` at the end. */
  readonly bracketed: number | undefined;
}

const tail = String.raw`(\d{1,5})((?:\.\d{1,5}){0,2})(?:\[(\d{1,5})\])?$`;
const dbPattern = new RegExp(String.raw`^DB(\d{1,5})[.,] ?(?:DB(?=[XBWDL]\d))?(S5TIME|[A-Z_]+)${tail}`);
const areaPattern = new RegExp(`^(PI|PE|PQ|PA|M|I|E|Q|A)(S5TIME|[A-Z_]*)${tail}`);
/** Variable memory of S7-200 and LOGO!: over the network it is data block 1. */
const variablePattern = new RegExp(`^V(S5TIME|[A-Z_]*)${tail}`);
/** Analog inputs and outputs, accumulators and counters of S7-200; `A` is also the German letter for outputs, `I` a type. */
const foreignPattern = /^(AIW?|AQW?|AC|HC|SM[BWD]?)(?=\d)/;
const numberedPattern = new RegExp(`^(T|C|Z)()${tail}`);

const areas: Readonly<Record<string, S7Area>> = {
  M: 'M', I: 'I', E: 'I', Q: 'Q', A: 'Q', PI: 'P', PE: 'P', PQ: 'P', PA: 'P', T: 'T', C: 'C', Z: 'C',
}; // prettier-ignore

const analog =
  'of S7-200 and LOGO!, which cannot be read over the network under that name. LOGO! 8 has its analog inputs from VW1032 and its ' +
  'analog outputs from VW1072 on; an S7-200 program can move them into V memory (VW…).';

/** Spellings that another notation would take for something else: better refused than read from the wrong place. */
const foreignAdvice: Readonly<Record<string, string>> = {
  AI: `AI is an analog input ${analog} An INT among the outputs (A = Ausgang) is AW… or QW…`,
  AQ: `AQ is an analog output ${analog}`,
  AC: 'AC is an accumulator of S7-200, which cannot be read over the network. A character among the outputs (A = Ausgang) is QC…',
  HC: 'HC is a fast counter of S7-200; have the program move its value into V memory (VD…)',
  SM: 'SM is the special memory of S7-200; have the program move what is wanted into V memory (VB…, V0.0)',
};

/** A data block of a CPU ends here at the latest. */
const maxAreaBytes = 65_536;

/**
 * Text → address, for a tag of type `type`. TIA (`DB1.DBD0`, `%MW4`), Kepware (`DB1,REAL0`) and nodes7 (`DB1,R0`) spellings.
 * Throws kind `config`, code `S7_ADDRESS_SYNTAX`, `S7_ADDRESS_TYPE`, `S7_ADDRESS_RANGE`, or `S7_READ_ONLY` where `access` asks for too much.
 */
export function parseAddress(
  text: string,
  type: DataType,
  access: 'read-only' | 'read-write' = 'read-only',
): S7Address {
  const spelling = spell(text);
  const address =
    type.scalar === 'bool' && spelling.element.hasBits ? bitOfWord(spelling, type) : resolve(spelling, type);
  if (address.area !== 'T' && address.area !== 'C' && address.start + address.byteLength > maxAreaBytes) {
    throw rangeError(`${text} ends at byte ${address.start + address.byteLength - 1}, beyond 65535`);
  }
  if (access === 'read-write' && (address.area === 'T' || address.area === 'C')) {
    throw new GatewayError({
      code: 'S7_READ_ONLY',
      kind: 'config',
      message: `${text} is a ${address.area === 'T' ? 'timer' : 'counter'}, which can only be read; make the tag access: read-only`,
    });
  }
  return address;
}

/** The same, as a CPU has it whose program pads texts without a length header like that. */
export function padded(address: S7Address, padding: TextPadding): S7Address {
  const isPadded = address.encoding === 'chars' || address.encoding === 'wchars';
  return isPadded && padding !== 'nul' ? { ...address, padding } : address;
}

function spell(text: string): Spelling {
  const upper = text.trim().toUpperCase().replace(/^%/, '');
  const db = dbPattern.exec(upper);
  if (db) return spelled(text, 'DB', Number(db[1]), db[2], db.slice(3));
  const numbered = numberedPattern.exec(upper);
  if (numbered) return spelled(text, areas[numbered[1]], 0, '', numbered.slice(3));
  const foreign = foreignPattern.exec(upper);
  if (foreign) throw syntaxError(text, foreignAdvice[foreign[1].replace(/[WBD]$/, '')]);
  const variable = variablePattern.exec(upper);
  if (variable) return spelled(text, 'DB', 1, variable[1] || 'X', variable.slice(2));
  const area = areaPattern.exec(upper);
  if (area) return spelled(text, areas[area[1]], 0, area[2] || 'X', area.slice(3));
  throw syntaxError(text, 'expected something like DB1.DBD0, DB1.DBX0.3, DB1,REAL0, DB1,STRING10.20, M10.1 or MW4');
}

function spelled(
  text: string,
  area: S7Area,
  db: number,
  typeName: string,
  [offset, dotted, bracketed]: readonly (string | undefined)[],
): Spelling {
  const element = area === 'T' ? timerType : area === 'C' ? counterType : elementTypes[typeName];
  if (!element) throw syntaxError(text, `there is no type ${typeName}`);
  if (area === 'DB' && (db < 1 || db > 65_535)) throw rangeError(`${text}: data blocks are numbered 1 to 65535`);
  return {
    text,
    area,
    db,
    typeName,
    element,
    offset: Number(offset),
    numbers: (dotted ?? '').split('.').slice(1).map(Number),
    bracketed: bracketed === undefined ? undefined : Number(bracketed),
  };
}

function resolve(spelling: Spelling, type: DataType): S7Address {
  const encoding = spelling.element.scalars[type.scalar];
  if (!encoding) throw typeError(spelling, type);
  if (encoding === 'bit') return bits(spelling, type);
  if (spelling.element.isString) return strings(spelling, type, encoding);
  if (encoding === 'bytes' || encoding === 'chars' || encoding === 'wchars') return run(spelling, type, encoding);
  return elements(spelling, type, encoding);
}

/** `DB1,X0.3`, or `DB1,X0.3.8` for eight bits from there on. */
function bits(spelling: Spelling, type: DataType): S7Address {
  const [bit, ...rest] = spelling.numbers;
  if (bit === undefined) throw syntaxError(spelling.text, 'a bit needs its number: DB1.DBX0.3');
  if (bit > 7) throw rangeError(`${spelling.text}: bits of a byte are numbered 0 to 7`);
  const count = countOf(spelling, type, rest);
  return place(spelling, { encoding: 'bit', bit, count, byteLength: Math.ceil((bit + (count ?? 1)) / 8) });
}

/** `DB1,WORD2.11`: bit 0 is the lowest of the whole word, thus in its last byte. */
function bitOfWord(spelling: Spelling, type: DataType): S7Address {
  const [bit, ...rest] = spelling.numbers;
  if (bit === undefined) throw typeError(spelling, type);
  if (type.arrayLength !== undefined || rest.length > 0 || spelling.bracketed !== undefined) {
    throw syntaxError(spelling.text, 'arrays of bits are written DB1,X0.3.8');
  }
  const width = spelling.element.bytes;
  if (bit >= width * 8) throw rangeError(`${spelling.text}: its bits are numbered 0 to ${width * 8 - 1}`);
  const start = spelling.offset + width - 1 - (bit >> 3);
  return place({ ...spelling, offset: start }, { encoding: 'bit', bit: bit & 7, byteLength: 1 });
}

/** `DB1,STRING10.20`: STRING[20] at byte 10; `DB1,STRING10.20.3` for three of them. */
function strings(spelling: Spelling, type: DataType, encoding: Encoding): S7Address {
  const [length, ...rest] = spelling.numbers;
  const max = encoding === 'string' ? maxStringLength : maxWideStringLength;
  if (length === undefined) throw syntaxError(spelling.text, 'a string needs its length: DB1,STRING10.20');
  if (length < 1 || length > max) throw rangeError(`${spelling.text}: strings have 1 to ${max} characters`);
  const bytes = spelling.element.bytes * (length + 2);
  const count = countOf(spelling, type, rest);
  // elements of an array begin at even bytes
  const elementBytes = count === undefined ? bytes : bytes + (bytes & 1);
  const byteLength = elementBytes * ((count ?? 1) - 1) + bytes;
  return place(spelling, { encoding, length, count, elementBytes, byteLength });
}

/** `DB1,BYTE0.16` as bytes, `DB1,CHAR0.16` as text: here the number is a length. */
function run(spelling: Spelling, type: DataType, encoding: Encoding): S7Address {
  const elementBytes = spelling.element.bytes;
  if (type.arrayLength !== undefined) {
    if (encoding === 'bytes') throw typeError(spelling, type);
    const count = countOf(spelling, type, spelling.numbers);
    return place(spelling, { encoding, count, length: 1, elementBytes, byteLength: elementBytes * (count ?? 1) });
  }
  const length = single(spelling, spelling.numbers) ?? (encoding === 'bytes' ? undefined : 1);
  if (length === undefined) throw syntaxError(spelling.text, 'bytes need a length: DB1,BYTE0.16');
  if (length < 1) throw rangeError(`${spelling.text}: the length is at least 1`);
  return place(spelling, { encoding, length, elementBytes: elementBytes * length, byteLength: elementBytes * length });
}

function elements(spelling: Spelling, type: DataType, encoding: Encoding): S7Address {
  const count = countOf(spelling, type, spelling.numbers);
  const elementBytes = spelling.element.bytes;
  return place(spelling, { encoding, count, elementBytes, byteLength: elementBytes * (count ?? 1) });
}

function place(
  { area, db, offset }: Spelling,
  rest: Partial<S7Address> & Pick<S7Address, 'encoding' | 'byteLength'>,
): S7Address {
  return { area, db, start: offset, bit: 0, count: undefined, length: 1, elementBytes: 1, ...rest };
}

/** The tag's type says how many elements; where the address says so too, both must agree. */
function countOf(spelling: Spelling, type: DataType, numbers: readonly number[]): number | undefined {
  const stated = single(spelling, numbers);
  if (stated !== undefined && stated !== (type.arrayLength ?? 1)) {
    const wanted = formatDataType({ scalar: type.scalar, arrayLength: stated });
    throw new GatewayError({
      code: 'S7_ADDRESS_TYPE',
      kind: 'config',
      message: `${spelling.text} names ${stated} elements but the tag is ${formatDataType(type)}; make it ${wanted}`,
    });
  }
  return type.arrayLength;
}

function single({ text, bracketed }: Spelling, numbers: readonly number[]): number | undefined {
  const stated = bracketed === undefined ? numbers : [...numbers, bracketed];
  if (stated.length > 1) throw syntaxError(text, 'there is one number too many');
  return stated[0];
}

function typeError({ text, typeName, area, element }: Spelling, type: DataType): GatewayError {
  const name = area === 'T' ? 'a timer' : area === 'C' ? 'a counter' : typeName;
  const wide = element.isString ? '' : ` (${element.scalars.bool ? '1 bit' : `${element.bytes * 8} bits`})`;
  const accepted = [...Object.keys(element.scalars), ...(element.hasBits ? ['bool with a bit number'] : [])];
  return new GatewayError({
    code: 'S7_ADDRESS_TYPE',
    kind: 'config',
    message: `${text} is ${name}${wide} and cannot hold ${formatDataType(type)}; it takes ${accepted.join(', ')}`,
  });
}

function syntaxError(text: string, why: string): GatewayError {
  const message = `${JSON.stringify(text)} is no S7 address: ${why}`;
  return new GatewayError({ code: 'S7_ADDRESS_SYNTAX', kind: 'config', message });
}

function rangeError(message: string): GatewayError {
  return new GatewayError({ code: 'S7_ADDRESS_RANGE', kind: 'config', message });
}
