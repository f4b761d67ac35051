import { statusCodes } from './status-codes.generated.js';

export { statusCodes };

/** A 32-bit OPC UA StatusCode (OPC 10000-4, 7.39): the two top bits are the severity. Always taken from `statusCodes`. */
export type StatusCode = number;

export type StatusName = keyof typeof statusCodes;

const nameByCode = new Map<number, StatusName>(
  (Object.entries(statusCodes) as [StatusName, number][]).map(([name, code]) => [code, name]),
);

/** The symbolic name without info bits, or the code in hexadecimal when the table does not know it. */
export function statusName(status: StatusCode): string {
  return (
    nameByCode.get(status) ?? nameByCode.get((status & 0xffff0000) >>> 0) ?? `0x${status.toString(16).padStart(8, '0')}`
  );
}

export const isGood = (status: StatusCode): boolean => status >>> 30 === 0;
export const isUncertain = (status: StatusCode): boolean => status >>> 30 === 1;
export const isBad = (status: StatusCode): boolean => status >>> 30 >= 2;
