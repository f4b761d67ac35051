import { messageOf } from '@fieldwarden/core';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CliError } from './cli-error.js';
import type { CommandContext } from './command-context.js';
import { exitCodes } from './exit-code.js';

/** The body of a request with a plant document: text as it was written, or the document if it had to be changed. */
export type PlantBody = { readonly text: string } | { readonly document: unknown };

/**
 * A plant file as the gateway is to get it. What it names relative to its folder becomes absolute, since a published document has no
 * folder; not for a gateway elsewhere, whose files are not ours.
 */
export async function plantSource({ target }: Pick<CommandContext, 'target'>, file: string): Promise<PlantBody> {
  const text = await readTextFile(file);
  const folder = dirname(resolve(file));
  if (target.via !== 'socket' || !mayNameFiles(text, folder)) return { text };
  const { anchorDocument, parsePlantText } = await import('@fieldwarden/config');
  const { document } = parsePlantText(text);
  const anchored = anchorDocument(document, folder);
  return anchored === document ? { text } : { document: anchored };
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
      message: `${file} cannot be read: ${messageOf(error)}.`,
    });
  }
}
