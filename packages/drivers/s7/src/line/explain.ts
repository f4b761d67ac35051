import { GatewayError, statusCodes, type ErrorKind, type StatusCode } from '@fieldwarden/core';

/** What an item's return code means, and what to do about it. */
export interface ItemTrouble {
  readonly status: StatusCode;
  readonly message: string;
}

export const itemDone = 0xff;
const accessDenied = 0x03;
const outOfRange = 0x05;
const doesNotExist = 0x0a;

/** True when smaller pieces of the same stretch may well be readable. */
export function isAddressTrouble(code: number): boolean {
  return code === outOfRange || code === doesNotExist;
}

/** `where` as `DB1.DBB0..3`; `db` is 0 outside the area DB. */
export function explainItem(code: number, where: string, db: number): ItemTrouble {
  const [status, message] = itemWords(code, db);
  return { status, message: `${where}: ${message} (return code 0x${hex(code, 2)})` };
}

function itemWords(code: number, db: number): [StatusCode, string] {
  const s = statusCodes;
  switch (code) {
    case accessDenied:
      return [s.BadUserAccessDenied, `the CPU denies access; ${accessRemedy(db)}`];
    case outOfRange:
      return [
        s.BadNodeIdUnknown,
        `the CPU has no such address; check offset and length${db ? `, and ${optimisedRemedy(db)}` : ''}`,
      ];
    case doesNotExist:
      return [
        s.BadNodeIdUnknown,
        db ? `the CPU has no DB${db}, or ${optimisedHint(db)}` : 'the CPU has no such object',
      ];
    case 0x06:
      return [s.BadNotSupported, 'the CPU does not support this data type here'];
    case 0x07:
      return [s.BadTypeMismatch, 'the CPU finds type and length inconsistent'];
    case 0x01:
      return [s.BadDeviceFailure, 'the CPU reports a hardware error'];
    default:
      return [s.BadDeviceFailure, 'the CPU refused the item'];
  }
}

/** The same for an engineer who looks at a tag that has no value. `db` is 0 outside the area DB. */
export function hintForMissing(where: string, db: number): string {
  if (db === 0) return `The CPU has nothing at ${where}: check the number and the length.`;
  return `The CPU has no DB${db}, it ends before ${where}, or it has optimised block access: ${optimisedRemedy(db)}.`;
}

function optimisedRemedy(db: number): string {
  return `switch off optimised block access for DB${db} (attributes of the block in TIA Portal), then compile and load it`;
}

function optimisedHint(db: number): string {
  return `it has optimised block access: ${optimisedRemedy(db)}`;
}

function accessRemedy(db: number): string {
  const putGet = "enable PUT/GET in the CPU's protection settings";
  return db ? `${putGet}, and ${optimisedRemedy(db)}` : putGet;
}

/** The CPU refused a whole job: `error` is error class × 256 + error code of the S7 header. */
export function jobRefused(error: number): GatewayError {
  const [code, kind, words] = jobWords(error);
  return new GatewayError({
    code,
    kind,
    message: `the CPU refused the request: ${words} (error 0x${hex(error, 4)})`,
    writeOutcome: 'rejected',
  });
}

function jobWords(error: number): [code: string, kind: ErrorKind, words: string] {
  if (error === 0x8104) {
    return [
      'S7_PUT_GET_DISABLED',
      'rejected',
      "the function is not available; enable PUT/GET in the CPU's protection settings " +
        '(TIA Portal: Protection & Security › Connection mechanisms), then load the hardware configuration',
    ];
  }
  if (error === 0xd241 || error === 0xd602) {
    return ['S7_PASSWORD_NEEDED', 'rejected', 'its protection level asks for a password; allow read and write access'];
  }
  if (error >> 8 === 0x83) return ['S7_NO_RESOURCES', 'busy', 'it has no resources left at the moment'];
  if (error >> 8 === 0x85) return ['S7_PDU_REFUSED', 'protocol', 'it does not accept the size of the request'];
  return ['S7_JOB_REFUSED', 'rejected', 'it does not say more'];
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
