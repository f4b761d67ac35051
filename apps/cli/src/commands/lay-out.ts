import { messageOf } from '@fieldwarden/core';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

const suffix = '.template';

export interface LayOut {
  readonly template: 'driver' | 'service';
  readonly folder: string;
  /** Takes the place of `__NAME__`. */
  readonly name: string;
  /** Of what goes wrong. */
  readonly code: string;
}

/** Names of the files that a template lays out. */
export async function templateFiles(template: LayOut['template']): Promise<readonly string[]> {
  const names = await readdir(templateUrl(template));
  return names.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
}

/** Writes the files of a template, the name in its places; overwrites nothing. Gives their names. */
export async function layOut({ template, folder, name, code }: LayOut): Promise<readonly string[]> {
  const files = await templateFiles(template);
  for (const file of files) {
    const text = await readFile(new URL(`${file}${suffix}`, templateUrl(template)), 'utf8');
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, file), text.replaceAll('__NAME__', name), { flag: 'wx' });
    } catch (error) {
      throw notLaidOut(code, `${join(folder, file)} cannot be written: ${messageOf(error)}`);
    }
  }
  return files;
}

export function notLaidOut(code: string, message: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message, remedy: 'Give another folder with --dir.' });
}

function templateUrl(template: LayOut['template']): URL {
  return new URL(`../../templates/${template}/`, import.meta.url);
}
