import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, warn, type Check } from '../check.js';

const filePattern = /^history\.(?:(\d{4}-\d\d)|journal)\.mdb$/;
const asidePattern = /^history\..*\.damaged-/;
const mebibyte = 1 << 20;

/** `<home>/history.*.mdb`: how much is kept, since which month, and what was set aside. */
export const history: Check = {
  id: 'history',
  async run({ home }) {
    const names = await readdir(home).catch(() => [] as string[]);
    const files = names.filter((name) => filePattern.test(name)).sort();
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(home, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const [oldest] = files.flatMap((name) => filePattern.exec(name)?.[1] ?? []);
    const reach = oldest === undefined ? '' : `, since ${oldest}`;
    const said = files.length === 0 ? 'no history is kept' : `history takes ${Math.ceil(bytes / mebibyte)} MiB${reach}`;
    const aside = names.filter((name) => asidePattern.test(name));
    if (aside.length === 0) return ok(said);
    const remedy = 'bring that month back from a backup, or remove the file';
    return warn(`${said}; what is damaged was set aside: ${aside.join(', ')}`, remedy);
  },
};
