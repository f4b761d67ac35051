import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What is shipped: all else is there to build and to test. */
export const shippedWorkspaces = ['apps/cli', 'apps/gateway', 'apps/driver-host', 'apps/service-host'];

/**
 * Every package that the shipped workspaces load at run time, found as Node finds it: by the manifests and folders that are installed. Own packages
 * are followed and left out, and so is what belongs to another platform and is not there.
 */
export function installedClosure(root) {
  const found = new Map();
  const seen = new Set();
  const visit = (folder) => {
    if (seen.has(folder)) return;
    seen.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!manifest.name.startsWith('@fieldwarden/')) found.set(relative(root, folder), manifest);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
    const optional = new Set([
      ...Object.keys(optionalDependencies),
      ...Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name].optional),
    ]);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const next = folderOf(name, folder, root);
      if (next !== undefined) visit(next);
      else if (!optional.has(name)) throw new Error(`${manifest.name} needs ${name}, which is not installed`);
    }
  };
  for (const workspace of shippedWorkspaces) visit(join(root, workspace));
  return [...found]
    .map(([path, manifest]) => ({ path, ...facts(manifest) }))
    .sort((a, b) => compare(`${a.name}@${a.version}`, `${b.name}@${b.version}`));
}

/** Own packages are links: their folder is where they lead to. */
function folderOf(name, from, root) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return own(name, root) ?? candidate;
    if (folder === root || folder === dirname(folder)) return undefined;
  }
}

function own(name, root) {
  if (!name.startsWith('@fieldwarden/')) return undefined;
  const { packages } = lockFile(root);
  return join(root, packages[`node_modules/${name}`].resolved);
}

let lock;

export function lockFile(root) {
  return (lock ??= JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
}

function facts({ name, version, license, licenses, repository, os, cpu }) {
  const written = license ?? licenses?.map?.((one) => one.type ?? one).join(' OR ');
  return {
    name,
    version,
    licence: licenceByHand[name] ?? licenceText(written),
    repository: repository?.url ?? repository ?? null,
    ofOnePlatform: os !== undefined || cpu !== undefined,
  };
}

function licenceText(written) {
  return typeof written === 'object' ? written.type : written;
}

/** Whose manifest does not say it: read in their repositories. */
export const licenceByHand = { dequeue: 'MIT', precond: 'MIT', humanize: 'MIT' };

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
