import type { Generation, GenerationSummary, PlantDocument } from '@fieldwarden/config';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** JSON, compressed: a document of 100,000 tags has 10 MB as text, and one-twentieth of it stored. Lone surrogates and U+0000 survive. */
export async function packJson(value: unknown): Promise<Buffer> {
  return await compress(await jsonBytes(value), { level: constants.Z_BEST_SPEED });
}

/** Lets others run after each driver: the text of 100,000 tags at a stretch takes as long as a scan may wait. */
async function jsonBytes(value: unknown): Promise<Buffer> {
  if (!hasDrivers(value)) return Buffer.from(JSON.stringify(value));
  const { drivers, ...rest } = value;
  const texts: string[] = [];
  for (const driver of drivers) {
    texts.push(JSON.stringify(driver));
    await nextTurn();
  }
  const others = Object.entries(rest)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)},`);
  return Buffer.from(`{${others.join('')}"drivers":[${texts.join(',')}]}`);
}

function hasDrivers(value: unknown): value is { readonly drivers: readonly unknown[] } {
  return Array.isArray((value as { readonly drivers?: unknown } | null)?.drivers);
}

/** The inverse of `packJson`. Rejects when the bytes are not what it made: gzip carries a CRC of its content. */
export async function unpackJson(packed: Uint8Array): Promise<unknown> {
  return JSON.parse((await decompress(packed)).toString('utf8'));
}

/** What a store keeps of a generation beside its summary. */
export interface PackedGeneration {
  readonly document: Buffer;
  /** Null where none was published. */
  readonly text: Buffer | null;
}

export async function packGeneration({ document, text }: Generation): Promise<PackedGeneration> {
  return { document: await packJson(document), text: text === undefined ? null : await packJson(text) };
}

/** Rejects like `unpackJson`. */
export async function unpackGeneration(summary: GenerationSummary, packed: PackedGeneration): Promise<Generation> {
  const document = (await unpackJson(packed.document)) as PlantDocument;
  if (packed.text === null) return { ...summary, document };
  return { ...summary, document, text: (await unpackJson(packed.text)) as string };
}

/** Text that every store keeps alike: no lone surrogates, and no U+0000, which PostgreSQL cannot hold. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
