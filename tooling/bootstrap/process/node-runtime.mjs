import { Failure } from '../terminal/failure.mjs';
import { bundledNode } from './paths.mjs';

/** Oldest Node that can run the gateway where no bundled one exists: node-opcua and opossum ask for it. */
const oldestNode = [22, 13];

/** Path of the Node that builds and runs the project: the one from the lock file, else this one if it is new enough. */
export function projectNode() {
  const bundled = bundledNode();
  if (bundled) return bundled;
  if (isAtLeast(process.versions.node, oldestNode)) return process.execPath;
  throw new Failure(
    `there is no bundled Node for ${process.platform}-${process.arch}, and this Node is ${process.versions.node}`,
    { remedy: `Install Node 24 (at least ${oldestNode.join('.')}) and run the command again: https://nodejs.org` },
  );
}

export function isAtLeast(version, [major, minor]) {
  const [actualMajor, actualMinor] = version.split('.').map(Number);
  return actualMajor > major || (actualMajor === major && actualMinor >= minor);
}
