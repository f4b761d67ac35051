import { existsSync, watch } from 'node:fs';
import { join, sep } from 'node:path';
import { main } from '../bootstrap/terminal/failure.mjs';
import { root } from '../bootstrap/process/paths.mjs';
import { Rounds } from './rounds.mjs';
import { runRound } from './round.mjs';

const watched = ['packages', 'apps', 'tooling'];

/** What builds and editors write. */
const written = /(^|[/\\])(node_modules|dist|generated|coverage|\..*)([/\\]|$)|\.tsbuildinfo$|~$/;

await main(async () => {
  const rounds = new Rounds(roundOf);
  for (const folder of watched) {
    const watcher = watch(join(root, folder), { recursive: true });
    watcher.on('change', (_type, name) => {
      if (name !== null && !written.test(name) && isFileName(name)) rounds.changed([folder, name].join(sep));
    });
  }
  console.log(
    `Watching ${watched.join(', ')}. A change is compiled, linted and tested as npm run check does; Ctrl-C ends.`,
  );
  return new Promise((settle) => process.once('SIGINT', () => settle(0)).once('SIGTERM', () => settle(0)));
}).then(() => process.exit());

async function roundOf(files) {
  const present = files.filter((file) => existsSync(join(root, file)));
  try {
    return present.length === 0 || (await runRound(present));
  } catch (error) {
    // A file may go while it is read; the next change brings another round.
    console.error(error);
    return false;
  }
}

/** A folder changes whenever something in it does. */
function isFileName(name) {
  return /\.[a-z]+$/.test(name);
}
