import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterFault, topicFault, topicMatches } from './topic.js';

describe('a topic', () => {
  it.each(['a', '/', 'a//b', 'Prozeß/Füller 1/Ω', 'x'.repeat(65_535)])('may be %.20s', (topic) =>
    expect(topicFault(topic)).toBeUndefined(),
  );

  it.each(['', 'a/+/b', 'a/#', 'a\0b', 'ß'.repeat(32_768), '\ud800'])('may not be %.20s', (topic) =>
    expect(topicFault(topic)).toBeDefined(),
  );
});

describe('a filter', () => {
  it.each(['#', '+', 'a/+/b/#', '+/+', '/#'])('may be %s', (filter) => expect(filterFault(filter)).toBeUndefined());
  it.each(['', 'a#', 'a/#/b', 'a+/b', '#/'])('may not be %s', (filter) => expect(filterFault(filter)).toBeDefined());

  // MQTT 5, 4.7.1 and 4.7.2.
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/broker', false],
    ['+/broker', '$SYS/broker', false],
    ['$SYS/#', '$SYS/broker', true],
  ])('%s and the topic %s: %s', (filter, topic, matches) => expect(topicMatches(filter, topic)).toBe(matches));

  it('takes the topic that it spells', () => {
    const topics = fc.string({ minLength: 1 }).filter((topic) => topicFault(topic) === undefined);
    fc.assert(fc.property(topics, (topic) => topicMatches(topic, topic)));
  });
});
