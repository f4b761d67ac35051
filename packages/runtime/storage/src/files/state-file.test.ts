import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { StateFile } from './state-file.js';

function countIn(path: string, count = 0, logger = collectingLogger()) {
  const state = { count };
  const file = new StateFile<number>({
    path,
    what: 'counts',
    version: 3,
    parse: ({ count }) => {
      if (typeof count === 'number') return count;
      throw new TypeError('no count');
    },
    content: () => state,
    logger,
  });
  return { state, file, logger };
}

describe('a state file', () => {
  it('gives back what was written, and nothing the first time', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'folder', 'counts.json');
    const { file, state, logger } = countIn(path);
    expect(file.read()).toBeUndefined();
    state.count = 5;
    file.write();
    await file.flushed();
    expect(countIn(path).file.read()).toBe(5);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 3, count: 5 });
    expect(logger.messages('warn')).toEqual([]);
  });

  it('takes what changes during a write along with the next', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'counts.json');
    const { file, state } = countIn(path);
    for (let i = 1; i <= 50; i += 1) {
      state.count = i;
      file.write();
    }
    await file.flushed();
    expect(countIn(path).file.read()).toBe(50);
  });

  it.each(['', 'nonsense', 'null', '[]', '{"version":2,"count":1}', '{"version":3,"count":"1"}', '{"count":1}'])(
    'that says %s is set aside with a warning, and begins anew',
    async (text) => {
      await using home = await temporaryDirectory();
      const path = join(home.path, 'counts.json');
      await writeFile(path, text);
      const { file, logger } = countIn(path);
      expect(file.read()).toBeUndefined();
      expect(logger.messages('warn')).toEqual(['counts are unreadable and begin anew']);
      expect([existsSync(path), await readFile(`${path}.damaged`, 'utf8')]).toEqual([false, text]);
      file.write();
      await file.flushed();
      expect(countIn(path).file.read()).toBe(0);
    },
  );

  it('that cannot be read or written costs a warning each', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'counts.json');
    await mkdir(path);
    const { file, logger } = countIn(path);
    expect(file.read()).toBeUndefined();
    file.write();
    await file.flushed();
    expect(logger.messages('warn')).toEqual(['counts cannot be read and begin anew', 'counts could not be written']);
  });
});
