import { DataValue } from 'node-opcua';
import { expect, test } from 'vitest';
import { TagNode, type TagNodeSpace } from './tag-node.js';
import { tag } from '../testing/test-outlet.js';
import { nobody } from '../users/anonymous.js';

const space: TagNodeSpace = {
  namespaceIndex: 2,
  startedAt: new Date(0),
  anonymous: false,
  eventListeners: undefined,
  principalOf: () => nobody,
  nodeId: () => {
    throw new Error('asked for by nobody here');
  },
  step: () => [],
  keepsHistory: false,
  present: () => new DataValue(),
  hold: () => undefined,
  release: () => undefined,
  property: () => null,
};

test('a monitored item that can not take a value keeps no other from it', () => {
  const node = new TagNode(space, 1, tag('line/speed', { scalar: 'float32' }));
  const took: string[] = [];
  const errors: unknown[] = [];
  node.on('value_changed', () => void took.push('first'));
  node.on('value_changed', () => {
    throw new Error('not this one');
  });
  node.on('value_changed', () => void took.push('third'));
  node.deliver(new DataValue(), (error) => void errors.push(error));
  expect(took).toEqual(['first', 'third']);
  expect(errors).toEqual([new Error('not this one')]);
});
