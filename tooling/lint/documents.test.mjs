import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const decisions = join(root, 'apps/docs/adr');

const read = (path) => readFileSync(join(root, path), 'utf8');

describe('the index of decisions', () => {
  const pages = readdirSync(decisions).filter((name) => /^\d{4}-.*\.md$/.test(name));
  const rows = [...read('apps/docs/adr/README.md').matchAll(/^\| \[(\d{4})\]\((.+?)\) \| (.+?) \| (.+?) \|$/gm)];

  it('lists every decision once, in order, and no other', () => {
    expect(rows.map(([, , page]) => page)).toEqual(pages.toSorted());
  });

  it('has their numbers and titles, and a line on what was decided', () => {
    for (const [, number, page, title, decision] of rows) {
      const [heading] = readFileSync(join(decisions, page), 'utf8').split('\n');
      expect([Number(number), title]).toEqual([Number(page.slice(0, 4)), heading.replace(/^# \d+\.? /, '')]);
      expect(decision.length).toBeGreaterThan(20);
    }
  });
});

describe.each([
  'README.md',
  'apps/docs/README.md',
  'apps/docs/security.md',
  'apps/docs/home-directory.md',
  'apps/docs/CONTRIBUTING.md',
  'apps/docs/adr/README.md',
])('%s', (page) => {
  it('names only what there is', () => {
    const text = read(page);
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => join(root, dirname(page), link));
    const named = [...text.matchAll(/`((?:packages|apps|tooling)\/[\w./-]+)`/g)].map(([, path]) => join(root, path));
    expect([...linked, ...named].filter((path) => !existsSync(path))).toEqual([]);
  });
});
