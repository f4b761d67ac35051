import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { writeJson } from '../../terminal.js';
import { filesToLayOut, layOut, notLaidOut } from '../lay-out/lay-out.js';
import { nextSteps, shownFolder } from '../lay-out/next-steps.js';

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
  const wanted = await filesToLayOut('driver', folder);
  const taken = wanted.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (taken !== undefined) throw notLaidOut('DRIVER_NOT_WRITTEN', `${taken} exists already`);
  const laidOut = await layOut({ template: 'driver', folder, name, code: 'DRIVER_NOT_WRITTEN' });
  const shown = shownFolder(folder);
  if (json)
    writeJson(terminal, {
      schema: 'fieldwarden/driver-new@1',
      name,
      folder,
      files: [...laidOut.files, ...laidOut.packed],
    });
  else
    terminal.write(
      `${shown} holds the driver ${name}: ${laidOut.files.join(', ')}.\n\n${nextSteps('Try it', shown, laidOut)}`,
    );
  return exitCodes.done;
}
