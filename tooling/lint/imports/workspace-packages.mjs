import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The packages of the tree, the tree itself left out. `dependencies` are the names in all of its lists.
 * @returns {{ name: string, folder: string, manifest: object, dependencies: string[] }[]} `folder` is absolute
 */
export function workspacePackages(root) {
  const { workspaces } = readManifest(root);
  const manifests = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  ).sort();
  return manifests.map((path) => describePackage(join(root, dirname(path))));
}

export function describePackage(folder) {
  const manifest = readManifest(folder);
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  return { name: manifest.name, folder, manifest, dependencies: names };
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The nearest folder above a file that has a package.json; the root at last. */
export function packageFolderOf(file, root) {
  let folder = dirname(file);
  while (folder !== root && !existsSync(join(folder, 'package.json')) && folder !== dirname(folder))
    folder = dirname(folder);
  return folder;
}
