import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson, type PlantDocument } from '@fieldwarden/config';

/**
 * A plant document in pieces. Keys: `plant`, `driver/<d>`, `device/<d>/<v>`, `tags/<d>/<v>/<chunk>`; the numbers are places in the
 * document's lists. Values: canonical JSON. An object has its list (drivers, devices, tags) replaced by the list's length; a chunk is a list
 * of up to 500 tags. Put together again the pieces are the canonical JSON of the document, byte for byte.
 */
export type Entries = ReadonlyMap<string, Buffer>;

export type WrittenDriver = NonNullable<PlantDocument['drivers']>[number];
type DeviceDocument = NonNullable<WrittenDriver['devices']>[number];
type TagDocument = NonNullable<DeviceDocument['tags']>[number];

export interface Entry {
  readonly key: string;
  readonly text: string;
}

/** About 60 kB of text: one to two milliseconds of work. */
const tagsPerChunk = 500;

export function* documentEntries(document: PlantDocument): Generator<Entry> {
  yield { key: 'plant', text: shellText(document, 'drivers') };
  for (const [d, driver] of (document.drivers ?? []).entries()) yield* driverEntries(driver, d);
}

function* driverEntries(driver: WrittenDriver, d: number): Generator<Entry> {
  yield { key: `driver/${d}`, text: shellText(driver, 'devices') };
  for (const [v, device] of (driver.devices ?? []).entries()) {
    yield { key: `device/${d}/${v}`, text: shellText(device, 'tags') };
    yield* tagEntries(device.tags ?? [], `tags/${d}/${v}`);
  }
}

function* tagEntries(tags: readonly TagDocument[], prefix: string): Generator<Entry> {
  for (let start = 0; start < tags.length; start += tagsPerChunk) {
    const chunk = tags.slice(start, start + tagsPerChunk);
    yield { key: `${prefix}/${start / tagsPerChunk}`, text: canonicalJson(chunk) };
  }
}

function shellText<List extends string>(object: { readonly [list in List]?: readonly unknown[] }, list: List): string {
  return canonicalJson({ ...object, [list]: object[list]?.length });
}

/** SHA-256 of the canonical JSON of the document in `entries`, hexadecimal. Throws when a piece is missing or is no JSON. */
export async function entriesDigest(entries: Entries): Promise<string> {
  const hash = createHash('sha256');
  let untilPauseBytes = pauseBytes;
  for (const text of documentText(entries)) {
    hash.update(text);
    untilPauseBytes -= text.length;
    if (untilPauseBytes <= 0) {
      untilPauseBytes = pauseBytes;
      await nextTurn();
    }
  }
  return hash.digest('hex');
}

const pauseBytes = 2 ** 20;

function documentText(entries: Entries): Generator<string | Buffer> {
  return objectText(entries, 'plant', 'drivers', (d) =>
    objectText(entries, `driver/${d}`, 'devices', (v) =>
      objectText(entries, `device/${d}/${v}`, 'tags', (chunk) => chunkText(entries, `tags/${d}/${v}/${chunk}`)),
    ),
  );
}

type PieceText = (place: number) => Generator<string | Buffer>;

function* objectText(entries: Entries, key: string, list: string, piece: PieceText): Generator<string | Buffer> {
  const shell = parseShell(entries, key);
  const names = Object.keys(shell);
  const at = names.indexOf(list);
  if (at < 0) {
    yield entry(entries, key);
    return;
  }
  const member = (name: string): string => `${JSON.stringify(name)}:${JSON.stringify(shell[name])}`;
  yield `{${names
    .slice(0, at)
    .map(member)
    .concat(`${JSON.stringify(list)}:[`)
    .join(',')}`;
  for (let place = 0; place < pieceCount(shell, list); place += 1) {
    if (place > 0) yield ',';
    yield* piece(place);
  }
  yield `${[']', ...names.slice(at + 1).map(member)].join(',')}}`;
}

/** A chunk without its brackets. */
function* chunkText(entries: Entries, key: string): Generator<Buffer> {
  yield entry(entries, key).subarray(1, -1);
}

/** The document in `entries`. Lets others run every few hundred tags. */
export async function documentFrom(entries: Entries): Promise<PlantDocument> {
  return (await objectFrom(entries, 'plant', 'drivers', (d) => driverFrom(entries, d))) as unknown as PlantDocument;
}

/** One driver with its devices and tags; undefined if there is none of that id. */
export async function driverOf(entries: Entries, id: string): Promise<WrittenDriver | undefined> {
  const count = pieceCount(parseShell(entries, 'plant'), 'drivers');
  for (let d = 0; d < count; d += 1)
    if (parseShell(entries, `driver/${d}`).id === id) return (await driverFrom(entries, d)) as unknown as WrittenDriver;
  return undefined;
}

type Shell = Record<string, unknown>;

function driverFrom(entries: Entries, d: number): Promise<Shell> {
  return objectFrom(entries, `driver/${d}`, 'devices', (v) => deviceFrom(entries, d, v));
}

async function deviceFrom(entries: Entries, d: number, v: number): Promise<Shell> {
  const device = await objectFrom(entries, `device/${d}/${v}`, 'tags', async (chunk) => {
    await nextTurn();
    return JSON.parse(entry(entries, `tags/${d}/${v}/${chunk}`).toString('utf8')) as unknown;
  });
  return Array.isArray(device.tags) ? { ...device, tags: device.tags.flat(1) } : device;
}

async function objectFrom(
  entries: Entries,
  key: string,
  list: string,
  piece: (place: number) => Promise<unknown>,
): Promise<Shell> {
  const shell = parseShell(entries, key);
  if (!(list in shell)) return shell;
  const pieces: unknown[] = [];
  for (let place = 0; place < pieceCount(shell, list); place += 1) pieces.push(await piece(place));
  return { ...shell, [list]: pieces };
}

function pieceCount(shell: Shell, list: string): number {
  const length = Number(shell[list] ?? 0);
  return list === 'tags' ? Math.ceil(length / tagsPerChunk) : length;
}

function parseShell(entries: Entries, key: string): Shell {
  return JSON.parse(entry(entries, key).toString('utf8')) as Shell;
}

function entry(entries: Entries, key: string): Buffer {
  const value = entries.get(key);
  if (!value) throw new Error(`there is no entry ${key}`);
  return value;
}
