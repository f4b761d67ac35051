import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseParser } from './sse-parser.js';

const parse = (chunks: readonly string[]) => {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => [...parser.push(chunk)]);
};

test('reads id, name and data of an event', () => {
  expect(parse(['id: 7\nevent: driver\ndata: {"a":1}\n\n'])).toEqual([{ id: '7', event: 'driver', data: '{"a":1}' }]);
});

test('skips comments, unknown fields and events without data', () => {
  expect(parse([': keep-alive\n\nretry: 5\n\nevent: x\n\ndata: y\n\n'])).toEqual([
    { id: undefined, event: 'message', data: 'y' },
  ]);
});

test('joins several lines of data, and removes one leading space only', () => {
  expect(parse(['data: a\ndata:  b\ndata:c\n\n'])[0].data).toBe('a\n b\nc');
});

test('keeps an event back until its empty line has come', () => {
  const parser = new SseParser();
  expect([...parser.push('data: a\n')]).toEqual([]);
  expect([...parser.push('\n')]).toHaveLength(1);
});

test('does not care where the stream is cut, nor how its lines end', () => {
  const event = fc.record({ id: fc.nat(), data: fc.json() });
  const property = fc.property(
    fc.array(event),
    fc.constantFrom('\n', '\r\n'),
    fc.array(fc.nat(7)),
    (events, end, cuts) => {
      const text = events.map(({ id, data }) => `id: ${id}${end}event: e${end}data: ${data}${end}${end}`).join('');
      const chunks: string[] = [];
      let rest = text;
      for (const cut of cuts) {
        chunks.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      const expected = events.map(({ id, data }) => ({ id: String(id), event: 'e', data }));
      expect(parse([...chunks, rest])).toEqual(expected);
    },
  );
  fc.assert(property);
});
