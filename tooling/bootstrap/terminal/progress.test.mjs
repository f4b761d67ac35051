import { describe, expect, it } from 'vitest';
import { formatElapsed, phase } from './progress.mjs';

function recorder(isTTY) {
  const written = [];
  return { isTTY, write: (text) => written.push(text), text: () => written.join('') };
}

describe('a phase', () => {
  it('returns what its work returns', async () => {
    expect(await phase('Working', async () => 42, recorder(false))).toBe(42);
  });

  it('writes whole lines where nobody sees a cursor', async () => {
    const out = recorder(false);
    await phase('Working', async () => undefined, out);
    expect(out.text()).toMatch(/^Working …\nWorking: done in 0\.\d s\n$/);
  });

  it('keeps to one line on a terminal', async () => {
    const out = recorder(true);
    await phase('Working', async () => undefined, out);
    expect(out.text().match(/\n/g)).toHaveLength(1);
    expect(out.text()).toContain('\r\x1b[KWorking: done in ');
  });

  it('says that it failed, and fails', async () => {
    const out = recorder(false);
    const work = () => Promise.reject(new Error('no space'));
    await expect(phase('Working', work, out)).rejects.toThrow('no space');
    expect(out.text()).toContain('Working: failed in ');
  });
});

describe('elapsed time', () => {
  it.each([
    [0, '0.0 s'],
    [840, '0.8 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [75_000, '1 min 15 s'],
  ])('%i ms reads as %s', (ms, text) => {
    expect(formatElapsed(ms)).toBe(text);
  });
});
