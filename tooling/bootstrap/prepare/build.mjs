import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../terminal/failure.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { modules, root } from '../process/paths.mjs';
import { phase } from '../terminal/progress.mjs';
import { run } from '../process/run.mjs';

const stamp = join(modules, '.fieldwarden-build');

/** Builds what changed. Looks only at names, sizes and times first, so that a prepared clone starts at once. */
export async function build() {
  const packages = compiledPackages(root);
  const before = fingerprint(root, packages);
  if (readStamp() === before && isBuilt(packages)) return;
  await phase('Building', turboBuild);
  // Taken before the build: what was edited meanwhile is built next time.
  writeFileSync(stamp, before);
}

function isBuilt(packages) {
  const finished = ['apps/driver-host/dist/bundled/bundle.json', 'apps/console/dist/index.html'];
  const built = [...packages.map((folder) => `${folder}/dist/.tsbuildinfo`), ...finished];
  return built.every((file) => existsSync(join(root, file)));
}

async function turboBuild() {
  const turbo = [join(modules, 'turbo/bin/turbo'), 'run', 'build', '--output-logs=errors-only', '--log-prefix=none'];
  const { code, output } = await run(projectNode(), turbo);
  if (code === 0) return;
  throw new Failure('the build failed', {
    output: withoutChatter(output),
    remedy: 'The errors stand above. Fix them and run the command again.',
  });
}

/** What is left names the mistakes: turbo's and npm's own lines go. */
export function withoutChatter(output) {
  const chatter =
    /^(\s*•|> |\/\/#build:|npm (warn|notice)|cache (miss|bypass)|Cached:|\s*Tasks:|\s*Time:|Failed:|\s*ERROR )/;
  return output
    .split('\n')
    .filter((line) => line.trim() && !chatter.test(line))
    .join('\n');
}

/** Everything was built once, whatever changed since. */
export function wasBuilt() {
  return isBuilt(compiledPackages(root));
}

function readStamp() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

/** Folders, relative to `base`, of all packages that TypeScript compiles. */
export function compiledPackages(base) {
  const parents = [...folders(base, 'packages'), 'apps', 'tooling'];
  return parents
    .flatMap((parent) => folders(base, parent))
    .filter((folder) => existsSync(join(base, folder, 'tsconfig.json')));
}

/** What a build reads beside package.json and tsconfig.json; all but `src` and `tools` is the web console's. */
const inputFolders = ['src', 'public', 'testing', 'tools'];
const inputFiles = ['index.html', 'vite.config.mjs'];

/** One word that changes when any input of the build does. */
export function fingerprint(base, packages) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(base, path), { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1 };
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  };
  ['package-lock.json', 'turbo.json', ...filesBelow(base, 'tooling/tsconfig')].forEach(add);
  for (const folder of packages) {
    add(`${folder}/package.json`);
    add(`${folder}/tsconfig.json`);
    inputFolders.flatMap((name) => filesBelow(base, `${folder}/${name}`)).forEach(add);
    inputFiles.forEach((name) => add(`${folder}/${name}`));
  }
  return hash.digest('hex');
}

function folders(base, parent) {
  if (!existsSync(join(base, parent))) return [];
  return entries(base, parent)
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);
}

function filesBelow(base, folder) {
  if (!existsSync(join(base, folder))) return [];
  return entries(base, folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(base, path) : [path];
  });
}

function entries(base, folder) {
  return readdirSync(join(base, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
