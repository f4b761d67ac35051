import { statfs } from 'node:fs/promises';
import { fail, ok, warn, type Check } from '../check.js';

const mebibyte = 1 << 20;
const littleBytes = 1_024 * mebibyte;
const fewBytes = 128 * mebibyte;

export const disk: Check = {
  id: 'disk',
  async run({ home }) {
    const found = await statfs(home).catch(() => undefined);
    if (!found) return ok('there is no home directory yet');
    const freeBytes = found.bavail * found.bsize;
    const said = `${Math.floor(freeBytes / mebibyte)} MiB are free under ${home}`;
    const remedy = 'make room, or move the home directory to a larger disk (--home)';
    if (freeBytes < fewBytes) return fail(said, remedy);
    return freeBytes < littleBytes ? warn(said, remedy) : ok(said);
  },
};
