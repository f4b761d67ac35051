import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJson } from './read-json.js';
import type { RequestRefused } from './request-refused.js';

const schema = z.object({
  name: z.string().min(1).max(5),
  mode: z.enum(['merge', 'replace']).optional(),
  from: z.int().min(1).optional(),
  args: z
    .array(z.union([z.number(), z.string()], { error: 'an argument is a number or a text' }))
    .max(2)
    .optional(),
});

function read(body: unknown, isJson: string | false = 'application/json'): unknown {
  return readJson({ body, is: () => isJson } as unknown as Request, schema);
}

function refusal(body: unknown, isJson?: string | false): RequestRefused['refusal'] {
  try {
    read(body, isJson);
  } catch (error) {
    return (error as RequestRefused).refusal;
  }
  throw new Error('the body was accepted');
}

describe('a JSON body', () => {
  it('comes as its schema has it, without fields that nobody knows', () => {
    expect(read({ name: 'a', args: [1, 'b'], more: true })).toEqual({ name: 'a', args: [1, 'b'] });
  });

  it.each([
    [{}, 'the body lacks name'],
    [{ name: '' }, 'the body lacks name'],
    [{ name: 7 }, 'name is no text'],
    [{ name: 'abcdef' }, 'name has at most 5 characters'],
    [{ name: 'a', mode: 'append' }, 'mode is merge or replace, not "append"'],
    [{ name: 'a', from: 0 }, 'from is at least 1'],
    [{ name: 'a', from: 1.5 }, 'from is no whole number'],
    [{ name: 'a', args: 1 }, 'args is no list'],
    [{ name: 'a', args: [1, 2, 3] }, 'args has at most 2 entries'],
    [{ name: 'a', args: [null] }, 'an argument is a number or a text'],
    [[], 'the body is not a JSON object'],
    [null, 'the body is not a JSON object'],
  ])('%j is refused in words of its fields', (body, detail) => {
    expect(refusal(body)).toEqual({ status: 400, code: 'BAD_BODY', detail });
  });

  it('is asked for where there is none, or something else', () => {
    expect(refusal(undefined)).toMatchObject({ status: 415, code: 'BODY_NOT_JSON' });
    expect(refusal({ name: 'a' }, false)).toMatchObject({ status: 415, code: 'BODY_NOT_JSON' });
  });
});
