import { describe, expect, it } from 'vitest';
import { mqttTagOptions } from '../tag-options.js';
import { mqttAddress } from '../tag-address.js';
import { parseMqttAddress } from './address.js';

const number = { scalar: 'float64' } as const;

function addressOf(text: string, options: object = {}): unknown {
  return parseMqttAddress(text, number, mqttTagOptions.parse(options));
}

describe('an address (§9.4)', () => {
  it.each([
    ['plant/speed', {}, 'plant/speed', { kind: 'json', path: { steps: [] } }],
    ['plant/speed $.v', {}, 'plant/speed', { kind: 'json', path: { steps: [{ kind: 'field', name: 'v' }] } }],
    ['plant/speed /v', {}, 'plant/speed', { kind: 'json', path: { steps: [{ kind: 'field', name: 'v' }] } }],
    [
      'plant/speed',
      { jsonPath: '$.v' },
      'plant/speed',
      { kind: 'json', path: { steps: [{ kind: 'field', name: 'v' }] } },
    ],
    ['hall 1/speed text', {}, 'hall 1/speed', { kind: 'text' }],
    ['hall 1 /speed', { payload: 'text' }, 'hall 1 /speed', { kind: 'text' }],
    ['plant/+/speed', { payload: 'text' }, 'plant/+/speed', { kind: 'text' }],
  ])('%s with %j', (text, options, filter, selector) => {
    expect(addressOf(text, options)).toEqual({ filter, selector });
  });

  it('of a Sparkplug metric is its node, whose births and deaths concern it too', () => {
    const selector = { kind: 'sparkplug', metric: 'Motor/Speed', node: { group: 'G', node: 'N' }, device: 'D' };
    expect(addressOf('spBv1.0/G/+/N/D sparkplug:Motor/Speed')).toEqual({ filter: 'spBv1.0/G/+/N/#', selector });
    expect(addressOf('spBv1.0/G/DDATA/N/D', { metric: 'Motor/Speed' })).toEqual({
      filter: 'spBv1.0/G/+/N/#',
      selector,
    });
  });

  it.each([
    ['plant/#/speed', {}, '"plant/#/speed": "plant/#/speed" is no topic filter: # is the last level, alone'],
    ['plant/speed raw', {}, 'raw payloads are for tags of bytes or string'],
    ['$share/g/plant/#', {}, 'a shared subscription brings each message to one of several clients'],
    ['spBv1.0/G/+/N/D sparkplug:', {}, 'the name of the metric is missing after sparkplug:'],
    ['plant/speed', { metric: 'Speed' }, 'a Sparkplug metric is at spBv1.0/<group>/+/<node>'],
    ['spBv1.0/G/+/+/D', { metric: 'Speed' }, 'a Sparkplug metric is at spBv1.0/<group>/+/<node>'],
    ['plant/speed', { payload: 'text', jsonPath: '$.v' }, 'a payload that is text has no jsonPath'],
    ['plant/speed text', { timePath: '$.t' }, 'timePath and qualityPath are for payloads in JSON'],
  ])('is refused in words: %s with %j', (text, options, message) => {
    expect(() => addressOf(text, options)).toThrow(message);
  });

  it('of a tag that is written says how', () => {
    const asked = (tagOptions: object) => () =>
      mqttAddress('plant/speed', {
        type: number,
        deviceOptions: { templates: [] },
        access: 'read-write',
        tagOptions: mqttTagOptions.parse(tagOptions),
      });
    expect(asked({})).toThrow('a tag that is written needs options: { write: { topic: … } }');
    expect(asked({ write: { topic: 'plant/speed/set' } })()).toMatchObject({ filter: 'plant/speed' });
  });
});
