import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@fieldwarden/core';
import { hostProgram, type HostProgram } from '../index.js';

const packageFile = import.meta.resolve('@fieldwarden/driver-host/package.json');
const pathOf = (relative: string): string => fileURLToPath(new URL(relative, packageFile));

/**
 * Makes the bundle of what is compiled now, in a folder of its own: who compiles by hand leaves an older one in its place. The folder lies
 * beside that one, since a bundle finds native modules from where it lies.
 */
export function freshBundle(logger: Logger): HostProgram & Disposable {
  const folder = mkdtempSync(pathOf('dist/bundled-'));
  execFileSync(process.execPath, [pathOf('tools/bundle-hosts.mjs'), folder], { stdio: 'inherit' });
  const program = hostProgram(logger, { folder, root: pathOf('../../') });
  return { ...program, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
