import type { RunFile } from '@fieldwarden/gateway-contract';
import { replaceFileSync } from '@fieldwarden/storage';
import { rmSync } from 'node:fs';
import type { HomeDirectory } from './home-directory.js';

/** `<home>/run.json`: how others find the gateway that runs here. Appears whole or not at all. */
export function writeRunFile(home: HomeDirectory, content: RunFile): void {
  replaceFileSync(home.file('run.json'), `${JSON.stringify(content, null, 2)}\n`);
}

export function removeRunFile(home: HomeDirectory): void {
  rmSync(home.file('run.json'), { force: true });
}
