import { join, relative } from 'node:path';
import { vendorFolder } from './contract-packages.js';
import type { LaidOut } from './lay-out.js';

/** From here, if it is below; else as it is. */
export function shownFolder(folder: string): string {
  const shown = relative(process.cwd(), folder);
  return shown.startsWith('..') ? folder : shown || '.';
}

/** Commands to type next, below what was laid out; the folder as it is shown. */
export function nextSteps(title: string, folder: string, { packed }: LaidOut): string {
  const isOwnPackage = packed.length > 0;
  const plant = isOwnPackage ? 'plant.yaml' : join(folder, 'plant.yaml');
  const first = folder === '.' ? [] : [`cd ${folder}`];
  const before = isOwnPackage ? [...first, 'npm install', 'npm test'] : [];
  const commands = [...before, `fieldwarden config validate ${plant}`, `fieldwarden up --plant ${plant}`];
  const steps = `${title}:\n${commands.map((command) => `  ${command}\n`).join('')}`;
  return isOwnPackage ? `${whatWasPacked(folder)}\n${steps}` : steps;
}

function whatWasPacked(folder: string): string {
  return `It is a package of its own, as no @fieldwarden packages are installed there: those of this installation are packed in
${join(folder, vendorFolder)}, and package.json takes them from there. Keep that folder with the rest.
`;
}
