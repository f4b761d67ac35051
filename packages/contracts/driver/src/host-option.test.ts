import { expect, it } from 'vitest';
import { z } from 'zod';
import { hostOption } from './host-option.js';

const schema = hostOption({ description: 'Address of the PLC' });

it('takes what can stand for a host, an IPv6 address without its brackets', () => {
  expect(['plc', '10.0.0.8', '[::1]'].map((text) => schema.parse(text))).toEqual(['plc', '10.0.0.8', '::1']);
});

it('says what is wrong with anything else, once', () => {
  const { error } = schema.safeParse('127.000.000.010');
  expect(error?.issues.map(({ message }) => message)).toEqual([
    '"127.000.000.010" has leading zeros, which many programs read as octal; write 127.0.0.10',
  ]);
  expect(schema.safeParse('').error?.issues).toHaveLength(1);
});

it('is a text in the JSON Schema of the plant', () => {
  expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'string', description: 'Address of the PLC' });
});
