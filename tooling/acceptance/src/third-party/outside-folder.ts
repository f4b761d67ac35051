import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CliResult } from '../processes/run-cli.js';

const tree = fileURLToPath(new URL('../../../../', import.meta.url));

/** An empty folder outside the clone, and the npm of whoever works there: on the system's Node, without anything of the clone. */
export class OutsideFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'fieldwarden-outside-'));

  file(name: string): string {
    return join(this.path, name);
  }

  async npm(folder: string, ...args: readonly string[]): Promise<CliResult> {
    const child = spawn('npm', args, {
      cwd: this.file(folder),
      env: ownEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { code, stdout, stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Where npm finds its registry and its cache stays; what `npm test` and vitest say of the clone does not. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const ofTheClone = /^(npm_(?!config_)|npm_config_local_prefix$|INIT_CWD$|VITEST|NODE_ENV$|NODE_OPTIONS$|TEST$)/;
  const others = Object.entries(process.env).filter(([name]) => !ofTheClone.test(name));
  const path = process.env.PATH!.split(delimiter).filter((folder) => !folder.startsWith(tree));
  return { ...Object.fromEntries(others), PATH: path.join(delimiter), NO_COLOR: '1' };
}
