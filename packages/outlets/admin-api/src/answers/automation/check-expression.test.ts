import { parseDataType, statusCodes } from '@fieldwarden/core';
import { FakeClock, memoryTag, MemoryTags } from '@fieldwarden/testkit';
import { beforeEach, expect, it } from 'vitest';
import { checkExpressionNow } from './check-expression.js';

let tags: MemoryTags;

const check = (text: string, path: string | null = null) => checkExpressionNow(text, path, tags, Date.UTC(2030, 0, 1));

beforeEach(() => {
  tags = new MemoryTags(new FakeClock());
  tags.define(memoryTag('line/speed'), memoryTag('line/total', { type: parseDataType('int64')! }));
  tags.set('line/speed', 12);
  tags.set('line/total', 2n ** 60n);
});

it('says what an expression comes to now, in the form of JSON', () => {
  expect(check('{line/speed} * 2')).toEqual({
    ok: true, dataType: 'float64', dependencies: ['line/speed'], value: 24, status: 'Good', findings: [],
  }); // prettier-ignore
  expect(check('{line/total} + 1')).toMatchObject({ dataType: 'int64', value: '1152921504606846977' });
  expect(check('now()')).toMatchObject({ dataType: 'datetime', value: '2030-01-01T00:00:00.000Z' });
  expect(check('{./speed} > 5', 'line/fast')).toMatchObject({ dataType: 'bool', value: true });
});

it('says the status where there is no value', () => {
  tags.fail(statusCodes.BadTimeout, 'line/speed');
  expect(check('{line/speed} * 2')).toMatchObject({ ok: true, value: null, status: 'BadTimeout' });
  expect(check('1 / 0')).toMatchObject({ ok: true, value: null });
});

it('says what is wrong, with the column and what was meant', () => {
  expect(check('1 + {line/sped}')).toMatchObject({
    ok: false, dataType: null, value: null, status: null,
    findings: [{ rule: 'expression-tag-unknown', severity: 'error', column: 5, message: expect.stringContaining('{line/speed}') as string }],
  }); // prettier-ignore
  expect(check('{./speed}')).toMatchObject({ ok: false });
});
