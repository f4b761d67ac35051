/** `./speed` and `../speed` from a folder; undefined where that leads out of the plant. Other paths stay as they are. */
export function resolvePath(path: string, folder: string): string | undefined {
  const above = folder === '' ? [] : folder.split('/');
  const steps = path.split('/');
  while (steps[0] === '.' || steps[0] === '..') {
    if (steps.shift() === '..' && above.pop() === undefined) return undefined;
  }
  return [...above, ...steps].join('/');
}

export function isRelative(path: string): boolean {
  return /^\.{1,2}(?:\/|$)/.test(path);
}
