import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's chromium, or whatever goes by that name on PATH. Throws with the line that installs it. */
export function findChromium(path = process.env.PATH ?? ''): string {
  const found = [...path.split(delimiter), '/usr/bin'].map((dir) => join(dir, 'chromium')).find(isExecutable);
  if (found === undefined) throw new Error('there is no chromium on PATH: apt-get install -y chromium');
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
