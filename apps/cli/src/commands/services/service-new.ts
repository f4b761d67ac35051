import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { writeJson } from '../../terminal.js';
import { layOut, notLaidOut, type LaidOut } from '../lay-out/lay-out.js';
import { nextSteps, shownFolder } from '../lay-out/next-steps.js';

const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

/** Lays out a small working service with its test and a plant document that uses it, in a folder that is not there yet. */
export async function newService(
  { json, terminal }: CommandContext,
  name: string,
  dir: string | undefined,
): Promise<ExitCode> {
  if (!namePattern.test(name))
    throw usageError(`${JSON.stringify(name)} is no service name: lower case letters, digits and dashes, up to 40`);
  const folder = resolve(dir ?? join('services', name));
  if (existsSync(folder)) throw notLaidOut('SERVICE_NOT_WRITTEN', `${folder} exists already`);
  const laidOut = await layOut({ template: 'service', folder, name, code: 'SERVICE_NOT_WRITTEN' });
  const shown = shownFolder(folder);
  if (json)
    writeJson(terminal, {
      schema: 'fieldwarden/service-new@1',
      name,
      folder,
      files: [...laidOut.files, ...laidOut.packed],
    });
  else terminal.write(whatNext(name, shown, laidOut));
  return exitCodes.done;
}

function whatNext(name: string, folder: string, laidOut: LaidOut): string {
  const module = join(folder, 'service.ts');
  const use = module.startsWith('.') || module.startsWith('/') ? module : `./${module}`;
  return `${folder} holds the service ${name}: ${laidOut.files.join(', ')}.

Write into a plant document in this folder:
  services:
    - { id: ${name}, use: ${use}, options: { file: changes.jsonl } }

${nextSteps('Or try it with one of its own', folder, laidOut)}`;
}
