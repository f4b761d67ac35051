import { expect, it } from 'vitest';
import { tag } from '../testing/test-tags.js';
import { AcceptedWrite } from './device-writes.js';

it('a write reaches the driver with all that it needs of the tag: path, address, type in the device, options (§2)', () => {
  const definition = tag('line/speed', { address: 'plant/speed', options: { write: { topic: 'plant/speed/set' } } });
  expect(new AcceptedWrite(definition, 1).item.point).toEqual({
    path: 'line/speed',
    address: 'plant/speed',
    type: definition.rawType,
    options: definition.options,
  });
});
