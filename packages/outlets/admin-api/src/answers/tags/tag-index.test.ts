import { silentLogger } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TagIndex } from './tag-index.js';

function tag(path: string): TagDefinition {
  const type = { scalar: 'bool' } as const;
  return {
    path,
    type,
    rawType: type,
    access: 'read-only',
    driverId: null,
    deviceId: null,
    address: '',
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
  };
}

const first = { prefix: '', after: undefined, limit: 10 };

const pathText = fc.stringMatching(/^[ab.]{1,3}(\/[ab.]{1,3}){0,2}$/);

describe('TagIndex', () => {
  it('pages through exactly the paths with the prefix, in order, each once', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(pathText, { maxLength: 40 }),
        fc.oneof(pathText, fc.constant('')),
        fc.integer({ min: 1, max: 7 }),
        (paths, prefix, limit) => {
          const store = new TagStore(new FakeClock(), silentLogger);
          store.define(paths.map(tag));
          using index = new TagIndex(store);
          const wanted = paths.filter((path) => path.startsWith(prefix)).sort();
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = index.page({ prefix, after: cursor, limit });
            expect(page.total).toBe(wanted.length);
            expect(page.paths.length).toBeLessThanOrEqual(limit);
            seen.push(...page.paths);
            cursor = page.nextCursor ?? undefined;
          } while (cursor !== undefined);
          expect(seen).toEqual(wanted);
        },
      ),
    );
  });

  it('knows tags that came and forgets tags that went', () => {
    const store = new TagStore(new FakeClock(), silentLogger);
    using index = new TagIndex(store);
    const handles = store.define([tag('a'), tag('b')]);
    expect(index.page(first).paths).toEqual(['a', 'b']);
    store.remove(handles.subarray(0, 1));
    expect(index.page(first).paths).toEqual(['b']);
  });

  it('pages through those that are wanted, and counts them under each folder above them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(pathText, { maxLength: 40 }),
        fc.oneof(pathText, fc.constant('')),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        (paths, prefix, limit, every) => {
          const store = new TagStore(new FakeClock(), silentLogger);
          store.define(paths.map(tag));
          using index = new TagIndex(store);
          const isWanted = (handle: number): boolean => handle % every === 0;
          const all = paths.filter((path) => isWanted(store.handleOf(path)!));
          const wanted = all.filter((path) => path.startsWith(prefix)).sort();
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = index.page({ prefix, after: cursor, limit, wanted: isWanted });
            expect(page.total).toBe(wanted.length);
            expect(page.paths.length).toBeLessThanOrEqual(limit);
            seen.push(...page.paths);
            cursor = page.nextCursor ?? undefined;
          } while (cursor !== undefined);
          expect(seen).toEqual(wanted);
          const folders = index.folders(isWanted, Infinity);
          for (const [folder, count] of folders)
            expect(count).toBe(all.filter((path) => path.startsWith(folder)).length);
          expect(all.every((path) => !path.includes('/') || folders.has(path.slice(0, path.indexOf('/') + 1)))).toBe(
            true,
          );
          expect(index.folders(isWanted, 1).size).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
