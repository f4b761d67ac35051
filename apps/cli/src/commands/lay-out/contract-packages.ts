import { messageOf } from '@fieldwarden/core';
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CliError } from '../../cli-error.js';
import { exitCodes } from '../../exit-code.js';

/** Where the packed packages lie in a folder that is laid out. */
export const vendorFolder = 'vendor';

/** What drivers, services and their tests import, and what that imports in turn. */
const contractPackages = [
  '@fieldwarden/core',
  '@fieldwarden/driver',
  '@fieldwarden/gateway-contract',
  '@fieldwarden/service',
  '@fieldwarden/testkit',
] as const;

/** Whether a module in this folder, which need not be there yet, finds what it and its test import. */
export function findsContractPackages(folder: string): boolean {
  const { resolve } = createRequire(join(folder, 'package.json'));
  try {
    for (const name of contractPackages) resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Packs the packages of this installation, as npm publishes them, into the folder. Gives what a package.json beside the folder says
 * of each: `file:vendor/fieldwarden-core-0.1.0-1c2d3e4f.tgz`.
 */
export async function packContractPackages(folder: string, code: string): Promise<Readonly<Record<string, string>>> {
  const packages = await Promise.all(contractPackages.map((name) => findPackage(name, code)));
  const made = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw failed(code, `${folder} cannot be made: ${messageOf(error)}`, 'Give another folder with --dir.');
  });
  try {
    await npmPack(
      packages.map((each) => each.folder),
      folder,
      code,
    );
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw error;
  }
  const archives = packages.map(async (each) => [
    each.name,
    `file:${vendorFolder}/${await namedByContent(folder, each)}`,
  ]);
  return Object.fromEntries(await Promise.all(archives)) as Readonly<Record<string, string>>;
}

/** Versions change more rarely than the gateway does, and npm takes an archive of the same name for the one that it has installed. */
async function namedByContent(folder: string, { name, version }: FoundPackage): Promise<string> {
  const packed = archiveName(name, version);
  const hash = createHash('sha256').update(await readFile(join(folder, packed)));
  const named = packed.replace(/\.tgz$/, `-${hash.digest('hex').slice(0, 8)}.tgz`);
  await rename(join(folder, packed), join(folder, named));
  return named;
}

interface FoundPackage {
  readonly name: string;
  readonly folder: string;
  readonly version: string;
}

async function findPackage(name: string, code: string): Promise<FoundPackage> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { readonly version: string };
    return { name, folder: dirname(manifest), version };
  } catch {
    const message = `${name} is not in this installation, and what is laid out would lack it`;
    throw failed(code, message, 'Run the command of a clone that npm run setup has installed.');
  }
}

/** As npm names it: `@fieldwarden/core` 0.1.0 → `fieldwarden-core-0.1.0.tgz`. */
function archiveName(name: string, version: string): string {
  return `${name.slice(1).replace('/', '-')}-${version}.tgz`;
}

async function npmPack(folders: readonly string[], into: string, code: string): Promise<void> {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', into, ...folders];
  const remedy = 'npm has to be on the PATH, and the folder writable.';
  // On Windows npm is a script of the shell, which takes the arguments as one line.
  const shell = process.platform === 'win32';
  const words = shell ? args.map((word) => `"${word}"`) : args;
  const child = spawn('npm', words, { stdio: ['ignore', 'ignore', 'pipe'], shell });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [said, [exitCode]] = await Promise.all([text(child.stderr), exited]).catch((error: unknown) => {
    throw failed(code, `npm cannot be started: ${messageOf(error)}`, remedy);
  });
  if (exitCode !== 0) throw failed(code, `npm pack ended with ${exitCode}: ${said.trim().slice(-1_000)}`, remedy);
}

function failed(code: string, message: string, remedy: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message, remedy });
}
