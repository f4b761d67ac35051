import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { writeJson } from '../../terminal.js';
import { layOut, notLaidOut, templateFiles } from '../lay-out.js';

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
  const names = await templateFiles('driver');
  const taken = names.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (taken !== undefined) throw notLaidOut('DRIVER_NOT_WRITTEN', `${taken} exists already`);
  await layOut({ template: 'driver', folder, name, code: 'DRIVER_NOT_WRITTEN' });
  const shown = relative(process.cwd(), folder) || '.';
  if (json) writeJson(terminal, { schema: 'fieldwarden/driver-new@1', name, folder, files: names });
  else
    terminal.write(
      `${shown} holds the driver ${name}: ${names.join(', ')}.\n\nTry it:\n  fieldwarden config validate ${join(shown, 'plant.yaml')}\n  fieldwarden up --plant ${join(shown, 'plant.yaml')}\n`,
    );
  return exitCodes.done;
}
