import { NumericRange, ReadRequest, type ReadValueIdOptions } from 'node-opcua';
import { expect, test } from 'vitest';
import { mendNodes } from './node-ranges.js';

function mended(node: ReadValueIdOptions) {
  const request = new ReadRequest({ nodesToRead: [{ nodeId: 'i=1', attributeId: 13, ...node }] });
  mendNodes(request);
  return request.nodesToRead![0];
}

const range = (text: string): NumericRange => mended({ indexRange: new NumericRange(text) }).indexRange;

test('an empty text is no range; what has no number is no valid one; any other is left as it is', () => {
  expect([range('').isEmpty(), range('').isValid()]).toEqual([true, true]);
  for (const text of [':', ',', '1:', ':2', '1,']) expect(range(text).isValid(), text).toBe(false);
  for (const text of ['0', '1:2', '0:1,2:3']) expect(range(text).toString()).toBe(text);
});

test('encodings lose their space, others keep it', () => {
  const encoding = (name: string): unknown => mended({ dataEncoding: { name } }).dataEncoding.name;
  expect(encoding('Default Binary')).toBe('DefaultBinary');
  expect(encoding('Default XML')).toBe('DefaultXml');
  expect(encoding('Default Something')).toBe('Default Something');
});
