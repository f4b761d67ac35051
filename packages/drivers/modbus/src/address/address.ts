import { textByteLength, type Encoding, type TextLayout } from '@fieldwarden/codec';
import { formatDataType, GatewayError, statusCodes, type DataType } from '@fieldwarden/core';
import type { AddressContext } from '@fieldwarden/driver';
import { addressSpace, areas, areaTraits, type Area, type Span } from './area.js';
import type { ModbusDeviceOptions } from '../device-options.js';
import { byteOrdersOf } from './byte-orders.js';

/** Where a point lives and how its bytes are to be understood. */
export interface ModbusAddress extends Span {
  readonly text: string;
  readonly type: DataType;
  /** Whole bits of a bit area, single bits of registers, or registers as a value. */
  readonly form: 'bits' | 'register-bits' | 'registers';
  /** First bit, 0 the least significant; only for `register-bits`. */
  readonly bit: number;
  readonly encoding: Encoding;
}

const grammar = /^(?:(HR|IR|DI|C)(\d{1,5})|([0134])(\d{1,5}))(?:\.(?:(\d{1,2})|(\d{1,3})([HL]1?)|(BCD|MS)))?$/i;

interface Parts {
  readonly area: Area;
  readonly start: number;
  readonly bit?: number;
  readonly textLength?: number;
  readonly textLayout?: TextLayout;
  readonly special?: 'BCD' | 'MS';
}

/** Text → address, as in the grammar of the README. Pure. Throws kind `config`, codes `MODBUS_ADDRESS_*`. */
export function parseModbusAddress(text: string, context: AddressContext<ModbusDeviceOptions>): ModbusAddress {
  const { type, deviceOptions, access } = context;
  const parts = split(text, deviceOptions.zeroBased);
  const form = formOf(parts, type, text);
  if (access === 'read-write' && !areaTraits[parts.area].writable) throw readOnly(text, parts.area);
  const encoding = encodingOf(parts, type, deviceOptions, text);
  const count = countOf(parts, form, type);
  if (parts.start + count > addressSpace) {
    throw refusal('RANGE', text, `${formatDataType(type)} there would reach beyond the last address of its area`);
  }
  return { area: parts.area, start: parts.start, count, text, type, form, bit: parts.bit ?? 0, encoding };
}

function split(text: string, zeroBased: boolean): Parts {
  const match = grammar.exec(text.trim());
  if (!match) throw refusal('SYNTAX', text, hintFor(text.trim()));
  const [, prefix, wireAddress, digit, number, bit, textLength, textLayout, special] = match;
  const area = areas.find((name) => areaTraits[name][prefix ? 'short' : 'digit'] === (prefix?.toUpperCase() ?? digit))!;
  const start = prefix ? Number(wireAddress) : Number(number) - (zeroBased ? 0 : 1);
  if (start < 0) throw refusal('RANGE', text, 'numbers count from 1; set zeroBased if the device counts from 0');
  if (start >= addressSpace) throw refusal('RANGE', text, `an area has ${addressSpace} addresses`);
  return {
    area,
    start,
    ...(bit !== undefined && { bit: Number(bit) }),
    ...(textLength !== undefined && {
      textLength: Number(textLength),
      textLayout: textLayout.toUpperCase() as TextLayout,
    }),
    ...(special !== undefined && { special: special.toUpperCase() as 'BCD' | 'MS' }),
  };
}

function hintFor(text: string): string {
  if (/^\d$/.test(text)) {
    return `an area digit and a number are needed; for coil ${text} write "${text.padStart(6, '0')}", in quotes`;
  }
  if (/^[25-9]\d+$/.test(text)) return `areas are 0 (coils), 1 (discrete inputs), 3 (input) and 4 (holding registers)`;
  if (/^\d{7,}/.test(text)) return 'an area digit and at most five further digits are expected';
  return 'expected forms are 400001, 40001, HR0, 300001, IR0, 000001, C0, 100001, DI0, 400001.5, 400001.20H';
}

function formOf({ area, bit, textLength, special }: Parts, type: DataType, text: string): ModbusAddress['form'] {
  const hasSuffix = bit !== undefined || textLength !== undefined || special !== undefined;
  if (areaTraits[area].holds === 'bits') {
    if (type.scalar !== 'bool') throw refusal('TYPE', text, `a ${area} is bool, not ${formatDataType(type)}`);
    if (hasSuffix) throw refusal('TYPE', text, `a ${area} is a single bit and takes no suffix`);
    return 'bits';
  }
  if (bit === undefined) return 'registers';
  if (type.scalar !== 'bool') throw refusal('TYPE', text, `a bit of a register is bool, not ${formatDataType(type)}`);
  if (bit > 15) throw refusal('RANGE', text, 'a register has bits 0 to 15');
  return 'register-bits';
}

function encodingOf(parts: Parts, type: DataType, deviceOptions: ModbusDeviceOptions, text: string): Encoding {
  const { textLength, textLayout, special } = parts;
  const isText = type.scalar === 'string' || type.scalar === 'bytes';
  if (isText && (textLength === undefined || textLength < 1)) {
    throw refusal('TYPE', text, `${type.scalar} needs a length and a layout, as in ${text.split('.')[0]}.20H`);
  }
  if (!isText && textLength !== undefined)
    throw refusal('TYPE', text, `.${textLength}${textLayout} is for string and bytes`);
  requireSpecial(special, type, text);
  const plain = plainEncoding(deviceOptions);
  if (!isText && special === undefined) return plain;
  return {
    ...plain,
    ...(isText && { textLength, textLayout }),
    ...(type.scalar === 'string' && { textPadding: deviceOptions.stringPadding }),
    ...(special === 'BCD' && { bcd: true }),
    ...(special === 'MS' && { datetime: 'unix-milliseconds' }),
  };
}

/** One object for all plain numbers of a device: a plan keeps the encoding of each of its points. */
const plainEncodings = new WeakMap<ModbusDeviceOptions, Encoding>();

function plainEncoding(deviceOptions: ModbusDeviceOptions): Encoding {
  let encoding = plainEncodings.get(deviceOptions);
  if (!encoding) {
    encoding = { orders: byteOrdersOf(deviceOptions), int8Width: 2 };
    plainEncodings.set(deviceOptions, encoding);
  }
  return encoding;
}

function requireSpecial(special: Parts['special'], { scalar }: DataType, text: string): void {
  if (special === 'BCD' && scalar !== 'uint16' && scalar !== 'uint32') {
    throw refusal('TYPE', text, `.BCD is for uint16 and uint32, not ${scalar}`);
  }
  if (special === 'MS' && scalar !== 'datetime') throw refusal('TYPE', text, `.MS is for datetime, not ${scalar}`);
}

/** Registers (bits in a bit area) that the value takes. */
function countOf(
  { bit = 0, textLength = 0, textLayout = 'H', special }: Parts,
  form: ModbusAddress['form'],
  type: DataType,
): number {
  const elements = type.arrayLength ?? 1;
  if (form === 'bits') return elements;
  if (form === 'register-bits') return Math.ceil((bit + elements) / 16);
  switch (type.scalar) {
    case 'int32': case 'uint32': case 'float32':
      return 2 * elements;
    case 'int64': case 'uint64': case 'float64':
      return 4 * elements;
    case 'datetime':
      return (special === 'MS' ? 4 : 2) * elements;
    case 'string': case 'bytes':
      return (textByteLength(textLength, textLayout) / 2) * elements;
    default:
      return elements;
  } // prettier-ignore
}

/** The device is never asked: Modbus has functions to write coils and holding registers only. */
export function readOnly(text: string, area: Area): GatewayError {
  return new GatewayError({
    code: 'MODBUS_READ_ONLY',
    kind: 'config',
    status: statusCodes.BadNotWritable,
    message: `${text} is ${area.startsWith('i') ? 'an' : 'a'} ${area}, which Modbus can only read; make the tag access: read-only, or name the coil or holding register`,
  });
}

function refusal(code: string, text: string, why: string): GatewayError {
  return new GatewayError({
    code: `MODBUS_ADDRESS_${code}`,
    kind: 'config',
    message: `Modbus address ${JSON.stringify(text)}: ${why}`,
  });
}
