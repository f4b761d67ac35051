import { topicMatches } from '@fieldwarden/mqtt-link';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FilterTrie } from './filter-trie.js';

const level = fc.constantFrom('a', 'b', '$SYS', '');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => (open ? [...levels, '#'] : levels).join('/'));

function trieOf(filters: readonly string[]): FilterTrie<string> {
  const trie = new FilterTrie<string>();
  for (const one of filters) trie.add(one, one);
  return trie;
}

function found(trie: FilterTrie<string>, of: string): readonly string[] {
  const all: string[] = [];
  trie.match(of, (item) => all.push(item));
  return all.sort();
}

it('finds the filters that take a topic, as the standard has it (MQTT 5, 4.7)', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter, { maxLength: 12 }), topic, (filters, of) => {
      expect(found(trieOf(filters), of)).toEqual(filters.filter((one) => topicMatches(one, of)).sort());
    }),
  );
});

it('forgets what is taken out, and nothing else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter, { maxLength: 8 }), topic, fc.nat(), (filters, of, n) => {
      const trie = trieOf(filters);
      const gone = filters[n % Math.max(1, filters.length)];
      if (gone !== undefined) trie.delete(gone, gone);
      expect(found(trie, of)).toEqual(filters.filter((one) => one !== gone && topicMatches(one, of)).sort());
    }),
  );
});

it.each([
  ['a/b', ['a/+'], true],
  ['a', ['a/#'], true],
  ['a/+', ['a/#'], true],
  ['a/b/#', ['a/#'], true],
  ['a/#', ['+/#'], true],
  ['a/+', ['+/+'], true],
  ['a/b', ['a/b'], false],
  ['a/#', ['a/#'], false],
  ['a/+', ['+/b'], false],
  ['$SYS/a', ['#'], false],
  ['a/+', ['a/b'], false],
  ['a/#', ['a/+'], false],
])('%s is covered by %s: %s', (one, filters, expected) => {
  expect(trieOf([...filters, one]).isCovered(one)).toBe(expected);
});

it('leaves out no topic by what it takes for covered', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter, { maxLength: 10 }), topic, (filters, of) => {
      const trie = trieOf(filters);
      const effective = filters.filter((one) => !trie.isCovered(one));
      expect(effective.some((one) => topicMatches(one, of))).toBe(filters.some((one) => topicMatches(one, of)));
    }),
  );
});
