import type { RunFile } from '@fieldwarden/gateway-contract';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { HomeDirectory } from './home-directory.js';

/** `<home>/run.json`: how others find the gateway that runs here. Appears whole or not at all. */
export function writeRunFile(home: HomeDirectory, content: RunFile): void {
  const temporary = home.file('run.json.new');
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, home.file('run.json'));
}

export function removeRunFile(home: HomeDirectory): void {
  rmSync(home.file('run.json'), { force: true });
}
