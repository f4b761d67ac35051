import { scalarTypeOf, type KepwareScalar, type KepwareType } from './kepware-types.js';

/** An address and a data type in our notations. */
export interface ConvertedAddress {
  readonly address: string;
  readonly dataType: string;
}

/** Throws a text for people where there is no equivalent. */
export type AddressConverter = (written: string, type: KepwareType) => ConvertedAddress;

interface Parts {
  readonly base: string;
  readonly arrayLength: number | undefined;
}

/** `400001 [10]` → `400001` and 10. */
function split(written: string, { isArray }: KepwareType): Parts {
  const [, base, first, second] = /^(.*?)\s*(?:\[(\d+)\])?\s*(?:\[(\d+)\])?$/.exec(written.trim()) ?? [];
  if (second !== undefined && first !== '1') throw new Error('an array of two dimensions has no equivalent');
  const length = second ?? first;
  if (isArray && length === undefined) throw new Error('an array whose address has no length, as in [10]');
  return { base: base.trim(), arrayLength: length === undefined ? undefined : Number(length) };
}

function withLength(scalar: KepwareScalar, arrayLength: number | undefined): string {
  return arrayLength === undefined ? scalarTypeOf[scalar] : `${scalarTypeOf[scalar]}[${arrayLength}]`;
}

const modbusTypes: ReadonlySet<KepwareScalar> = new Set([
  'String', 'Boolean', 'Short', 'Word', 'Long', 'DWord', 'Float', 'Double', 'BCD', 'LBCD', 'LLong', 'QWord',
]); // prettier-ignore

/** Area digit and number, with a bit (`400001.5`) or a string's length and layout (`400001.20H`), as ours are. */
const modbusAddress = /^[0134]\d{4,5}(?:\.\d{1,2}|\.\d{1,3}[HL])?$/i;

function modbus(written: string, type: KepwareType): ConvertedAddress {
  const { base, arrayLength } = split(written, type);
  if (!modbusTypes.has(type.scalar)) throw new Error(`data type ${type.scalar} has no equivalent in Modbus`);
  if (!modbusAddress.test(base)) throw new Error(`address ${JSON.stringify(written)} has no equivalent`);
  const isBcd = type.scalar === 'BCD' || type.scalar === 'LBCD';
  return { address: isBcd ? `${base}.BCD` : base, dataType: withLength(type.scalar, arrayLength) };
}

const s7Types: ReadonlySet<KepwareScalar> = new Set([
  'String', 'Boolean', 'Char', 'Byte', 'Short', 'Word', 'Long', 'DWord', 'Float', 'Double', 'Date', 'LLong', 'QWord',
]); // prettier-ignore

function s7(written: string, type: KepwareType): ConvertedAddress {
  const { base, arrayLength } = split(written, type);
  if (!s7Types.has(type.scalar)) throw new Error(`data type ${type.scalar} has no equivalent in S7`);
  return { address: base, dataType: withLength(type.scalar, arrayLength) };
}

/** By driver type. What comes out is checked by the driver type itself. */
export const addressConverters: Readonly<Record<string, AddressConverter>> = { modbus, 'modbus-rtu': modbus, s7 };
