import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getCallSites } from 'node:util';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

const here = pathOf(import.meta.url);
const ownFolder = here.slice(0, here.lastIndexOf('/') + 1);

/** What runs in the gateway's process: a fault is injected where these hand out a callback. */
const underTest = /^(packages\/(runtime|outlets|drivers)|apps\/gateway)\//;

/** Timers of all packages are made here; whoever asked for the timer is the site. */
const clock = 'packages/contracts/core/dist/clock.js';

const deepest = 12;

interface Frame {
  /** Relative to the root of the tree, with `/`; names of Node's own modules begin with `node:`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Whether our code called the function that asks; what is called by the fault points themselves is not meant. */
export function isCalledByOurCode(asking: string): boolean {
  const caller = frames().find(({ file }) => file !== here && file !== asking);
  return caller !== undefined && /^(packages|apps)\//.test(caller.file);
}

/**
 * `file:line:column` of the code under test that called straight into the function that asks; undefined when it was someone else: Node
 * itself, a library. `through`: files of Node that may lie between.
 */
export function callSite(through: RegExp | undefined): string | undefined {
  const caller = frames().find(({ file }) => !file.startsWith(ownFolder) && file !== clock && !through?.test(file));
  return caller && underTest.test(caller.file) ? `${caller.file}:${caller.line}:${caller.column}` : undefined;
}

/** Innermost first. */
function frames(): readonly Frame[] {
  return getCallSites(deepest).map(({ scriptName, lineNumber, columnNumber }) => ({
    file: pathOf(scriptName),
    line: lineNumber,
    column: columnNumber,
  }));
}

/** Of a module under the root, relative to it. */
export function pathOf(script: string): string {
  const path = script.startsWith('file:') ? fileURLToPath(script) : script;
  return path.startsWith(root) ? path.slice(root.length).split(sep).join('/') : path;
}
