import { statusCodes } from '@fieldwarden/core';
import type { BadPoint } from '@fieldwarden/driver';
import type { ModbusDeviceOptions } from '../device-options.js';
import { parseModbusAddress } from './address.js';
import { describeSpan } from './area.js';

/** What to try where the device has nothing: manuals count from 0 or from 1, and often do not say which table they mean. */
export function modbusHint(point: BadPoint<ModbusDeviceOptions>): string | undefined {
  if (point.status !== statusCodes.BadNodeIdUnknown && point.status !== statusCodes.BadOutOfRange) return undefined;
  const span = parseModbusAddress(point.address, point);
  const neighbours = [-1, 1].flatMap((step) => neighbourOf(point, step) ?? []);
  const off = `Manuals count from 0 or from 1: try ${neighbours.join(' or ')}.`;
  const length = span.count > 1 ? ` The value takes ${span.count} registers: is it as long in the device?` : '';
  return `The device refuses ${describeSpan(span)}. ${off}${length} Otherwise look at the table (0, 1, 3 or 4) and the unit id.`;
}

/** In the notation of the engineer; undefined where there is none. */
function neighbourOf(point: BadPoint<ModbusDeviceOptions>, step: number): string | undefined {
  const [, prefix, number, rest] = /^(HR|IR|DI|C|[0134])(\d{1,5})(.*)$/i.exec(point.address.trim()) ?? [];
  if (number === undefined) return undefined;
  const next = String(Number(number) + step);
  // Of a number such as 400001 every digit counts.
  const text = `${prefix}${/\d/.test(prefix) ? next.padStart(number.length, '0') : next}${rest}`;
  try {
    parseModbusAddress(text, point);
    return text;
  } catch {
    return undefined;
  }
}
