import type { Request } from 'express';
import type { z } from 'zod';
import { badBody, RequestRefused } from './request-refused.js';

/** What the body says, as its schema has it; fields that the schema does not know are passed over. Refused with 415 if it is not declared as JSON, else with 400. */
export function readJson<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  if (request.is('application/json') === false || request.body === undefined) throw notJson();
  const { success, data, error } = schema.safeParse(request.body, { error: whatIsWrong });
  if (success) return data;
  throw badBody(error.issues[0].message);
}

/** For people, by the name of the field. */
function whatIsWrong(issue: z.core.$ZodRawIssue): string | undefined {
  const name = nameOf(issue.path ?? []);
  if (name === '') return issue.code === 'invalid_type' ? 'the body is not a JSON object' : undefined;
  if (issue.input === undefined) return `the body lacks ${name}`;
  switch (issue.code) {
    case 'invalid_type':
      return `${name} is no ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `${name} is ${issue.values.join(' or ')}, not ${JSON.stringify(issue.input)}`;
    case 'too_big':
      return `${name} has at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'too_small':
      return issue.origin === 'string' ? `the body lacks ${name}` : `${name} is at least ${issue.minimum}`;
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'list',
  int: 'whole number',
  record: 'object',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

/** `args[2]` */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

function notJson(): RequestRefused {
  return new RequestRefused({
    status: 415,
    code: 'BODY_NOT_JSON',
    detail: 'the request needs a JSON body',
    remedy: 'Send it with Content-Type: application/json.',
  });
}
