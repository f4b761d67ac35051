import type { EncodedValue, StoredValue } from '@fieldwarden/driver';

interface RecordHeader {
  readonly key: string;
  readonly form: EncodedValue['form'];
  readonly sha256: string;
}

export interface BelongingRecord {
  readonly key: string;
  readonly value: StoredValue;
}

const newline = 0x0a;

/** One file for each key; the name says nothing, since a key may hold what a file name may not. */
export function recordName(key: string): string {
  return `${sha256(Buffer.from(key, 'utf8')).slice(0, 40)}.record`;
}

/** A line of JSON that says what follows, then the value as it is. */
export function recordBytes(key: string, { form, bytes }: EncodedValue): Buffer {
  const header: RecordHeader = { key, form, sha256: sha256(bytes) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`, 'utf8'), bytes]);
}

/** Undefined for a file that is damaged. */
export function parseRecord(file: Buffer): BelongingRecord | undefined {
  const end = file.indexOf(newline);
  const header = headerOf(file.subarray(0, Math.max(0, end)).toString('utf8'));
  const payload = file.subarray(end + 1);
  if (!header || header.sha256 !== sha256(payload)) return undefined;
  if (header.form === 'bytes') return { key: header.key, value: new Uint8Array(payload) };
  return { key: header.key, value: JSON.parse(payload.toString('utf8')) as StoredValue };
}

function headerOf(line: string): RecordHeader | undefined {
  try {
    const header = JSON.parse(line) as Partial<RecordHeader> | null;
    return typeof header?.key === 'string' && typeof header.sha256 === 'string' ? (header as RecordHeader) : undefined;
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex');
}
