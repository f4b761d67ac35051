import { describe, expect, it } from 'vitest';
import { isAtLeast } from './node-runtime.mjs';
import { run } from './run.mjs';
import { ensureSystemPackages } from '../prepare/system-packages.mjs';

const node = process.execPath;

describe('running a tool', () => {
  it('keeps what it prints on both streams, and its exit code', async () => {
    const { code, output } = await run(node, ['-e', 'console.log("out"); console.error("err"); process.exit(3)']);
    expect(code).toBe(3);
    expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('reports a tool that does not exist like a shell', async () => {
    const { code, output } = await run('no-such-tool', []);
    expect(code).toBe(127);
    expect(output).toContain('ENOENT');
  });

  it('reports the signal that ended a tool like a shell', async () => {
    expect((await run(node, ['-e', 'process.kill(process.pid, "SIGKILL")'])).code).toBe(137);
  });

  it("puts the tree's own tools first on the path", async () => {
    const { output } = await run(node, ['-p', 'process.env.PATH']);
    expect(output).toMatch(/^[^:]*node_modules\/\.bin:/);
  });
});

describe('system packages', () => {
  const there = { name: 'there', present: () => true };
  const absent = { name: 'absent', present: async () => false };

  it('that are all there need nothing', async () => {
    await expect(ensureSystemPackages([there], false)).resolves.toBeUndefined();
  });

  it('that are missing where they cannot be installed come with the one line that installs them', async () => {
    await expect(ensureSystemPackages([there, absent], false)).rejects.toMatchObject({
      message: expect.stringContaining('absent'),
      remedy: 'Run: sudo apt-get install -y absent',
    });
  });
});

describe('the version of Node', () => {
  it.each([
    ['22.12.9', false],
    ['22.13.0', true],
    ['20.20.2', false],
    ['24.0.0', true],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isAtLeast(version, [22, 13])).toBe(expected);
  });
});
