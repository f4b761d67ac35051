import { messageOf } from '@fieldwarden/core';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CliError } from './cli-error.js';
import type { CommandContext } from './command-context.js';
import { exitCodes } from './exit-code.js';

/** The body of a request with a plant document: text as it was written, or the document if it had to be changed. */
export type PlantSource = { readonly text: string } | { readonly document: unknown };

/**
 * A plant file as the gateway is to get it. What it names relative to its folder becomes absolute, since a published document has no
 * folder; not for a gateway elsewhere, whose files are not ours.
 */
export async function plantSource({ target }: Pick<CommandContext, 'target'>, file: string): Promise<PlantSource> {
  const text = await readTextFile(file);
  if (target.via !== 'socket') return { text };
  const { anchorDocument, parsePlantText } = await import('@fieldwarden/config');
  const { document } = parsePlantText(text);
  const anchored = anchorDocument(document, dirname(resolve(file)));
  return anchored === document ? { text } : { document: anchored };
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
