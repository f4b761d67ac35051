import { createHash } from 'node:crypto';
import { damaged } from '../backup-error.js';
import { uint32, type ByteReader } from './byte-reader.js';

/** One file, as the manifest at the end of a backup has it. */
export interface BackupEntry {
  /** Below the home directory, with slashes. */
  readonly path: string;
  /** Of its owner: 0o600, 0o400. */
  readonly mode: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a backup is made of, in its order. */
export interface EntrySource {
  readonly path: string;
  readonly mode: number;
  readonly read: () => AsyncIterable<Uint8Array>;
}

const maxNameBytes = 8_192;
const maxBlockBytes = 1 << 20;
const maxManifestBytes = 64 << 20;

/** Each file with its name, and at the end the manifest of all. */
export async function* encodeEntries(
  sources: AsyncIterable<EntrySource>,
  onManifest: (entries: readonly BackupEntry[]) => void,
): AsyncGenerator<Buffer> {
  const entries: BackupEntry[] = [];
  for await (const { path, mode, read } of sources) {
    yield sized(JSON.stringify({ path, mode }));
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const piece of read()) {
      if (piece.length === 0) continue;
      digest.update(piece);
      bytes += piece.length;
      yield uint32(piece.length);
      yield Buffer.from(piece);
    }
    yield uint32(0);
    entries.push({ path, mode, bytes, sha256: digest.digest('hex') });
  }
  yield uint32(0);
  yield sized(JSON.stringify({ entries }));
  onManifest(entries);
}

/** Takes what is read; nothing of it is certain before all was read. */
export interface EntrySink {
  begin(path: string, mode: number): Promise<void>;
  write(piece: Buffer): Promise<void>;
  end(): Promise<void>;
}

/** Gives the manifest, proved against what was read. Throws BACKUP_DAMAGED or BACKUP_CUT. */
export async function decodeEntries(reader: ByteReader, sink: EntrySink): Promise<readonly BackupEntry[]> {
  const read: BackupEntry[] = [];
  const seen = new Set<string>();
  for (let length = await reader.uint32(); length !== 0; length = await reader.uint32()) {
    const { path, mode } = parsed(await bounded(reader, length, maxNameBytes)) as Pick<BackupEntry, 'path' | 'mode'>;
    if (typeof path !== 'string' || !isSafe(path) || seen.has(path)) throw damaged('it names a file that cannot be one of a home directory'); // prettier-ignore
    seen.add(path);
    await sink.begin(path, mode & 0o700);
    const digest = createHash('sha256');
    let bytes = 0;
    for (let block = await reader.uint32(); block !== 0; block = await reader.uint32()) {
      const piece = await bounded(reader, block, maxBlockBytes);
      digest.update(piece);
      bytes += piece.length;
      await sink.write(piece);
    }
    await sink.end();
    read.push({ path, mode, bytes, sha256: digest.digest('hex') });
  }
  const { entries } = parsed(await bounded(reader, await reader.uint32(), maxManifestBytes)) as { entries: readonly BackupEntry[] }; // prettier-ignore
  if (JSON.stringify(entries) !== JSON.stringify(read)) throw damaged('its files are not those of its manifest');
  if (!(await reader.isAtEnd())) throw damaged('there is more behind its end');
  return entries;
}

/** Below the home directory, whatever the name says. */
function isSafe(path: string): boolean {
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !/[\0\\]/.test(name));
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

async function bounded(reader: ByteReader, length: number, most: number): Promise<Buffer> {
  if (length > most) throw damaged('a part of it says an impossible length');
  return await reader.exactly(length);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw damaged('a part of it is no JSON');
  }
}
