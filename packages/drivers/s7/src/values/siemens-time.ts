/**
 * The date and time formats of SIMATIC, as ms since 1970 UTC. A CPU's DTL and DATE_AND_TIME carry no time zone; they are taken
 * as UTC. Reading gives undefined for bytes that are no time; writing throws RangeError with a sentence for people.
 */

const msPerDay = 86_400_000;
/** DATE counts from here. */
const date1990Ms = Date.UTC(1990, 0, 1);
const maxDateDays = 0xffff;
/** DATE_AND_TIME holds the years 1990 to 2089. */
const dateAndTimeEndMs = Date.UTC(2090, 0, 1);
/** DTL and LDT end where int64 nanoseconds do; whole years are what TIA Portal accepts. */
const dtlEndMs = Date.UTC(2262, 3, 11);
const nsPerMs = 1_000_000n;

/** S5TIME: 10 ms, 100 ms, 1 s, 10 s per count, at most 999 counts. */
const s5BasesMs = [10, 100, 1_000, 10_000] as const;

export function readDtl(bytes: Buffer, at: number): number | undefined {
  const year = bytes.readUInt16BE(at);
  const fields = [year, bytes[at + 2] - 1, bytes[at + 3], bytes[at + 5], bytes[at + 6], bytes[at + 7]] as const;
  const nanoseconds = bytes.readUInt32BE(at + 8);
  if (year < 1970 || nanoseconds > 999_999_999) return undefined;
  return calendarMs(fields, Math.floor(nanoseconds / 1_000_000));
}

export function writeDtl(ms: number): Buffer {
  const date = checkedDate(ms, 0, dtlEndMs, 'DTL holds 1970-01-01 to 2262-04-10');
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(date.getUTCFullYear(), 0);
  bytes.set([date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay() + 1], 2);
  bytes.set([date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()], 5);
  bytes.writeUInt32BE(date.getUTCMilliseconds() * 1_000_000, 8);
  return bytes;
}

export function readDateAndTime(bytes: Buffer, at: number): number | undefined {
  const digits = Array.from(bytes.subarray(at, at + 8), fromBcd);
  const milliseconds = digits[6] * 10 + (bytes[at + 7] >> 4);
  if (digits.slice(0, 7).some(Number.isNaN) || bytes[at + 7] >> 4 > 9) return undefined;
  const year = digits[0] >= 90 ? 1900 + digits[0] : 2000 + digits[0];
  return calendarMs([year, digits[1] - 1, digits[2], digits[3], digits[4], digits[5]], milliseconds);
}

export function writeDateAndTime(ms: number): Buffer {
  const date = checkedDate(ms, date1990Ms, dateAndTimeEndMs, 'DATE_AND_TIME holds 1990 to 2089');
  const milliseconds = date.getUTCMilliseconds();
  return Buffer.from([
    toBcd(date.getUTCFullYear() % 100),
    toBcd(date.getUTCMonth() + 1),
    toBcd(date.getUTCDate()),
    toBcd(date.getUTCHours()),
    toBcd(date.getUTCMinutes()),
    toBcd(date.getUTCSeconds()),
    toBcd(Math.floor(milliseconds / 10)),
    ((milliseconds % 10) << 4) | (date.getUTCDay() + 1),
  ]);
}

export function readLdt(bytes: Buffer, at: number): number {
  const ns = bytes.readBigInt64BE(at);
  // BigInt division truncates towards zero; times before 1970 must go down as well
  return Number((ns - (((ns % nsPerMs) + nsPerMs) % nsPerMs)) / nsPerMs);
}

export function writeLdt(ms: number): Buffer {
  checkedDate(ms, -dtlEndMs, dtlEndMs, 'LDT holds 1677 to 2262');
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(ms) * nsPerMs);
  return bytes;
}

export function readDate(bytes: Buffer, at: number): number {
  return date1990Ms + bytes.readUInt16BE(at) * msPerDay;
}

export function writeDate(ms: number): Buffer {
  const days = (ms - date1990Ms) / msPerDay;
  if (!Number.isInteger(days)) throw new RangeError('DATE holds whole days (UTC)');
  if (days < 0 || days > maxDateDays) throw new RangeError('DATE holds 1990-01-01 to 2169-06-06');
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(days);
  return bytes;
}

/** Milliseconds. The two top bits mean nothing and are left out, as a running timer may set them. */
export function readS5Time(bytes: Buffer, at: number): number | undefined {
  const count = readBcd3(bytes, at, 0x0fff);
  return count === undefined ? undefined : count * s5BasesMs[(bytes[at] >> 4) & 3];
}

/** Takes the finest base that holds the time exactly. */
export function writeS5Time(ms: number): Buffer {
  const base = s5BasesMs.findIndex((baseMs) => ms % baseMs === 0 && ms / baseMs <= 999);
  if (ms < 0 || base < 0) {
    throw new RangeError(
      'S5TIME holds up to 999 counts of 10 ms, 100 ms, 1 s or 10 s, thus 0 to 9990000 ms in such steps',
    );
  }
  const bytes = writeBcd3(ms / s5BasesMs[base]);
  bytes[0] |= base << 4;
  return bytes;
}

/** Undefined when a digit is none. `mask` says which bits belong to the number. */
export function readBcd3(bytes: Buffer, at: number, mask = 0xffff): number | undefined {
  const word = bytes.readUInt16BE(at) & mask;
  const [hundreds, tens, ones] = [word >> 8, (word >> 4) & 15, word & 15];
  return hundreds > 9 || tens > 9 || ones > 9 ? undefined : hundreds * 100 + tens * 10 + ones;
}

export function writeBcd3(value: number): Buffer {
  if (value < 0 || value > 999) throw new RangeError('counters hold 0 to 999');
  return Buffer.from([Math.floor(value / 100), toBcd(value % 100)]);
}

function calendarMs(
  [year, month, day, hour, minute, second]: readonly [number, number, number, number, number, number],
  millisecond: number,
): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second, millisecond));
  // Date carries the 31st of February over into March; a PLC that holds one is wrong
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : undefined;
}

function checkedDate(ms: number, fromMs: number, beforeMs: number, range: string): Date {
  if (!Number.isInteger(ms) || ms < fromMs || ms >= beforeMs) throw new RangeError(range);
  return new Date(ms);
}

function fromBcd(byte: number): number {
  return byte >> 4 > 9 || (byte & 15) > 9 ? Number.NaN : (byte >> 4) * 10 + (byte & 15);
}

function toBcd(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}
