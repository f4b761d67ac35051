import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestingTree } from '../lint/testing/testing-tree.mjs';
import { changedFiles } from './changed-files.mjs';

let tree;

const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: tree.folder });

function commit(path) {
  tree.write(path, path);
  git('add', '.');
  git('commit', '-qm', path);
}

beforeEach(() => {
  tree = new TestingTree({ '.gitignore': 'dist\n' });
  git('init', '-q', '-b', 'main');
  tree.write('shared.ts', 'of both');
  commit('old.ts');
});

afterEach(() => tree.remove());

const changed = (...paths) => changedFiles(tree.folder, paths);

describe('what changed', () => {
  it('is what the branch has that main had not where it left, and what is not committed or not known', async () => {
    git('checkout', '-qb', 'work');
    commit('packages/a/new.ts');
    git('checkout', '-q', 'main');
    tree.write('shared.ts', 'of main');
    commit('of-main.ts');
    git('checkout', '-q', 'work');
    tree.write('old.ts', 'edited');
    tree.write('packages/ä.ts', 'unknown to git');
    tree.write('dist/built.js', '');
    expect(await changed()).toEqual(['old.ts', 'packages/a/new.ts', 'packages/ä.ts']);
  });

  it('is on main what is not committed; what was deleted is no file', async () => {
    commit('gone.ts');
    git('rm', '-q', 'gone.ts');
    tree.write('old.ts', 'edited');
    expect(await changed()).toEqual(['old.ts']);
  });

  it('is what one names, changed or not', async () => {
    commit('packages/a/deep/x.ts');
    commit('packages/b/y.ts');
    tree.write('packages/a/new.ts', '');
    expect(await changed('packages/a')).toEqual(['packages/a/deep/x.ts', 'packages/a/new.ts']);
    expect(await changed('packages/b/y.ts', 'old.ts')).toEqual(['old.ts', 'packages/b/y.ts']);
  });

  it('cannot be said of what is not there', async () => {
    await expect(changed('packages/c')).rejects.toThrow('there is no packages/c');
    await expect(changed('../x')).rejects.toThrow('there is no ../x');
  });
});
