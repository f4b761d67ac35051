import type { PlantDocument } from '@fieldwarden/config';
import { fileProblem } from '@fieldwarden/core';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CliError } from './cli-error.js';
import type { CommandContext } from './command-context.js';
import { exitCodes } from './exit-code.js';

/** The body of a request with a plant document: its text, as it was written but for names beside the file. */
export interface PlantBody {
  readonly text: string;
}

/** A plant file, and which one it is: a start of the gateway with the same file does not publish it again. */
export interface PublishedPlant extends PlantBody {
  readonly file?: { readonly path: string; readonly sha256: string };
}

/**
 * A plant file as the gateway is to get it. What it names relative to its folder becomes absolute, since a published document has no
 * folder; not for a gateway elsewhere, whose files are not ours.
 */
export async function plantSource(context: Pick<CommandContext, 'target'>, file: string): Promise<PlantBody> {
  return { text: (await publishedPlant(context, file)).text };
}

export async function publishedPlant(
  { target }: Pick<CommandContext, 'target'>,
  file: string,
): Promise<PublishedPlant> {
  const text = await readTextFile(file);
  if (target.via !== 'socket') return { text };
  const path = resolve(file);
  const { anchorDocument, editPlantText, parsePlantText, textDigest } = await import('@fieldwarden/config');
  const published = { text, file: { path, sha256: textDigest(text) } };
  if (!mayNameFiles(text, dirname(path))) return published;
  const { document } = parsePlantText(text);
  const anchored = anchorDocument(document, dirname(path));
  return anchored === document ? published : { ...published, text: editPlantText(text, anchored as PlantDocument) };
}

/** Seldom; reading a document of 100,000 tags to find out takes seconds. */
function mayNameFiles(text: string, folder: string): boolean {
  return text.includes('./') || text.includes('${file:') || existsSync(join(folder, 'node_modules'));
}

/** Ends the command with 78 if the file cannot be read. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError({
      exitCode: exitCodes.badConfiguration,
      code: 'FILE_UNREADABLE',
      message: `${file} cannot be read: ${fileProblem(error)}.`,
    });
  }
}
