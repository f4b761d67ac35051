import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { writeJson } from '../../terminal.js';
import { layOut, notLaidOut } from '../lay-out.js';

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
  const files = await layOut({ template: 'service', folder, name, code: 'SERVICE_NOT_WRITTEN' });
  const shown = relative(process.cwd(), folder) || '.';
  if (json) writeJson(terminal, { schema: 'fieldwarden/service-new@1', name, folder, files });
  else terminal.write(whatNext(name, shown, files));
  return exitCodes.done;
}

function whatNext(name: string, folder: string, files: readonly string[]): string {
  const module = join(folder, 'service.ts');
  const use = module.startsWith('.') || module.startsWith('/') ? module : `./${module}`;
  return `${folder} holds the service ${name}: ${files.join(', ')}.

Write into a plant document in this folder:
  services:
    - { id: ${name}, use: ${use}, options: { file: changes.jsonl } }

Or try it with one of its own:
  fieldwarden config validate ${join(folder, 'plant.yaml')}
  fieldwarden up --plant ${join(folder, 'plant.yaml')}
`;
}
