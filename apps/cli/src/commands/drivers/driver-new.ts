import { messageOf } from '@fieldwarden/core';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { writeJson } from '../../terminal.js';

const templates = new URL('../../../templates/driver/', import.meta.url);
const suffix = '.template';
const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

/** Lays out a small working driver with its test and a plant document that uses it. Overwrites nothing. */
export async function newDriver(
  { json, terminal }: CommandContext,
  name: string,
  dir: string | undefined,
): Promise<ExitCode> {
  if (!namePattern.test(name))
    throw usageError(`${JSON.stringify(name)} is no driver name: lower case letters, digits and dashes, up to 40`);
  const folder = resolve(dir ?? join('drivers', name));
  const names = (await readdir(templates))
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
  const taken = names.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (taken !== undefined) throw notWritten(`${taken} exists already`, 'Give another folder with --dir.');
  for (const file of names) await writeFromTemplate(folder, file, name);
  const shown = relative(process.cwd(), folder) || '.';
  if (json) writeJson(terminal, { schema: 'fieldwarden/driver-new@1', name, folder, files: names });
  else
    terminal.write(
      `${shown} holds the driver ${name}: ${names.join(', ')}.\n\nTry it:\n  fieldwarden config validate ${join(shown, 'plant.yaml')}\n  fieldwarden up --plant ${join(shown, 'plant.yaml')}\n`,
    );
  return exitCodes.done;
}

async function writeFromTemplate(folder: string, file: string, name: string): Promise<void> {
  const text = await readFile(new URL(`${file}${suffix}`, templates), 'utf8');
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), text.replaceAll('__NAME__', name), { flag: 'wx' });
  } catch (error) {
    throw notWritten(`${join(folder, file)} cannot be written: ${messageOf(error)}`, 'Give another folder with --dir.');
  }
}

function notWritten(message: string, remedy: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code: 'DRIVER_NOT_WRITTEN', message, remedy });
}
