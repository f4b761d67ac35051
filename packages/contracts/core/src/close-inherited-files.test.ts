import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const module = import.meta.resolve('@fieldwarden/core/close-inherited-files');

let directory: string;
let file: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'inherited-'));
  file = openSync(join(directory, 'records'), 'w+');
});

afterEach(() => {
  closeSync(file);
  rmSync(directory, { recursive: true });
});

/** What a child prints that got the file as descriptor 3 and 20, besides its standard three. */
function childSays(program: string): unknown {
  const args = [
    '--input-type=module',
    '--eval',
    `const { closeInheritedFiles } = await import('${module}');${program}`,
  ];
  const stdio = [
    'ignore',
    'pipe',
    'inherit',
    file,
    ...Array.from({ length: 16 }, () => 'ignore' as const),
    file,
  ] as const;
  return JSON.parse(execFileSync(process.execPath, args, { stdio: [...stdio], encoding: 'utf8' }));
}

const isOpen = `const { fstatSync } = await import('node:fs');
const isOpen = (fd) => { try { return fstatSync(fd).isFile(); } catch { return false; } };`;

describe('closeInheritedFiles', () => {
  it('closes the files of the parent, and no other descriptor', () => {
    const said = childSays(`${isOpen}
      const before = [isOpen(3), isOpen(20)];
      const closed = closeInheritedFiles();
      console.log(JSON.stringify({ before, closed, after: [isOpen(3), isOpen(20)], again: closeInheritedFiles() }));`);
    expect(said).toEqual({ before: [true, true], closed: 2, after: [false, false], again: 0 });
  });
});
