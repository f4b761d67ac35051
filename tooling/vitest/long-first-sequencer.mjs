import { BaseSequencer } from 'vitest/node';

/**
 * Begins with the suites that take longest, those named `.long.test.ts`, so that none of them runs alone at the end. The others keep vitest's
 * order: by their last duration where one is known, else by size.
 */
export default class LongFirstSequencer extends BaseSequencer {
  async sort(files) {
    return longFirst(await super.sort(files), ({ moduleId }) => moduleId);
  }
}

export function longFirst(files, pathOf) {
  const isLong = (file) => pathOf(file).includes('.long.test.');
  return [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
}
