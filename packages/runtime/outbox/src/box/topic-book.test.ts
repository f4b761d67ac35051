import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopicBook } from './topic-book.js';

it('shows the topics with most pending, then with most dropped, then by name', () => {
  const topic = fc.record({ name: fc.string({ minLength: 1 }), pending: fc.nat(3), dropped: fc.nat(2) });
  const topics = fc.uniqueArray(topic, { selector: ({ name }) => name });
  fc.assert(
    fc.property(topics, fc.nat(12), (all, limit) => {
      const book = new TopicBook();
      for (const { name, pending, dropped } of all) {
        const one = book.ofName(name, () => undefined);
        one.pending = pending;
        if (dropped > 0) one.count('age', dropped);
      }
      const byHand = all.toSorted(
        (a, b) => b.pending - a.pending || b.dropped - a.dropped || (a.name < b.name ? -1 : 1),
      );
      expect(book.first(limit).map((one) => one.topic)).toEqual(byHand.slice(0, limit).map(({ name }) => name));
    }),
  );
});
