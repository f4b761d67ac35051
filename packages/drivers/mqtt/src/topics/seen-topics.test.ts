import type { DiscoverQuery } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { mqttDeviceOptions, type MqttDeviceOptions } from '../options.js';
import { SeenTopics } from './seen-topics.js';

const none = mqttDeviceOptions.parse({});

function seen(messages: Readonly<Record<string, string>>): SeenTopics {
  const topics = new SeenTopics();
  for (const [topic, text] of Object.entries(messages)) topics.see(topic, Buffer.from(text));
  return topics;
}

function query(more: Partial<DiscoverQuery> = {}): DiscoverQuery {
  return { parent: undefined, text: undefined, cursor: undefined, limit: 100, ...more };
}

function rows(topics: SeenTopics, asked: DiscoverQuery, options: MqttDeviceOptions = none): readonly string[] {
  return topics.page(asked, options).nodes.map(({ address, name }) => `${address} | ${name}`);
}

describe('topics that were seen', () => {
  it('are at the top with their last payload, below them what it offers', () => {
    const topics = seen({ 'plant/oven/state': '{"t":20}', 'plant/note': 'hello' });
    topics.see('plant/oven/state', Buffer.from('{"temperature":21.5,"zones":[{"on":true}],"odd name":null}'));
    expect(rows(topics, query())).toEqual([
      'plant/oven/state | plant/oven/state = {"temperature":21.5,"zones":[{"on":true}…',
      'plant/note | plant/note = hello',
    ]);
    expect(rows(topics, query({ parent: 'plant/oven/state' }))).toEqual([
      'plant/oven/state $.temperature | temperature = 21.5',
      'plant/oven/state $.zones[0].on | zones[0].on = true',
      "plant/oven/state $['odd name'] | ['odd name'] = null",
    ]);
    expect(rows(topics, query({ parent: 'plant/note' }))).toEqual(['plant/note text | text = hello']);
    expect(rows(topics, query({ parent: 'plant/oven/state $.temperature' }))).toEqual([]);
    expect(() => topics.page(query({ parent: 'plant/never' }), none)).toThrow('nothing has come under plant/never');
  });

  it('are found by a text, with what is below them', () => {
    const topics = seen({ 'plant/oven/state': '{"temperature":21.5}', 'plant/note': 'hello' });
    expect(rows(topics, query({ text: 'temperature' }))).toContain(
      'plant/oven/state $.temperature | temperature = 21.5',
    );
    expect(rows(topics, query({ text: 'temperature' })).join()).not.toContain('note');
  });

  it('show no sample of a payload that is too large, and are not more than can be shown', () => {
    const topics = new SeenTopics();
    topics.see('large', Buffer.alloc(20_000, 65));
    for (let i = 0; i < 6_000; i += 1) topics.see(`t/${i}`, Buffer.from('1'));
    expect(topics.size).toBe(5_000);
    expect(topics.bytes).toBeLessThan(100_000);
    topics.clear();
    expect([topics.size, topics.bytes]).toEqual([0, 0]);
  });
});

describe('templates', () => {
  const offered = (template: object, topic: string): readonly string[] =>
    rows(seen({ [topic]: '1' }), query({ parent: topic }), mqttDeviceOptions.parse({ templates: [template] })).slice(
      0,
      -1,
    );

  it.each([
    [
      'a level',
      { path: 'plant/{1}/temperature', address: 'plant/+/state $.temperature' },
      'plant/oven/state',
      'plant/oven/state $.temperature | plant/oven/temperature (float64)',
    ],
    [
      'levels in another order, and a type',
      { path: '{2}/{1}', address: 'plant/+/+ text', dataType: 'string' },
      'plant/oven/note',
      'plant/oven/note text | note/oven (string)',
    ],
    ['a JSON pointer', { path: '{1}/v', address: '+/state /a/0' }, 'oven/state', 'oven/state /a/0 | oven/v (float64)'],
    [
      'what no path may hold',
      { path: 'plant/{1}', address: 'plant/+' },
      'plant/Ofen 1',
      'plant/Ofen 1 | plant/Ofen_1 (float64)',
    ],
  ])('offer a tag with its address without wildcards, from %s', (_, template, topic, row) => {
    expect(offered(template, topic)).toEqual([row]);
  });

  it('offer nothing for topics that do not match', () => {
    expect(offered({ path: 'plant/{1}', address: 'plant/+' }, 'plant/oven/state')).toEqual([]);
  });
});
