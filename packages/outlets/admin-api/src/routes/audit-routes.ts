import { auditActions } from '@fieldwarden/gateway-contract';
import type { AuditQuery } from '../control/audit-control.js';
import { jsonResponse, queryParameter } from '../openapi/operation.js';
import { timeMs, wholeNumber } from '../server/request-parameters.js';
import { badQuery } from '../server/request-refused.js';
import { ok, type HttpExchange, type Route } from '../server/route.js';

const rowCount = { fallback: 100, min: 1, max: 1_000 };

const outcomes = ['done', 'refused', 'failed', 'rejected', 'not-sent', 'unknown'] as const;

export const auditRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/audit',
    permission: 'audit',
    operation: {
      operationId: 'listAudit',
      summary: 'Who did what, or tried to: rows of the audit, newest first.',
      tags: ['audit'],
      parameters: [
        queryParameter('from', 'Rows of this time or later.', { type: 'string', format: 'date-time' }),
        queryParameter('to', 'Rows before this time.', { type: 'string', format: 'date-time' }),
        queryParameter('user', 'Who.', { type: 'string' }),
        queryParameter('path', 'To what: a subject as it is, or a glob over paths, `packaging/**`.', {
          type: 'string',
        }),
        queryParameter('action', 'A verb.', { type: 'string', enum: auditActions }),
        queryParameter('outcome', 'What became of it.', { type: 'string', enum: outcomes }),
        queryParameter('via', 'By which road.', { type: 'string' }),
        queryParameter('limit', 'Rows per page.', {
          type: 'integer',
          minimum: rowCount.min,
          maximum: rowCount.max,
          default: rowCount.fallback,
        }),
        queryParameter('cursor', '`next` of the page before.', { type: 'string' }),
      ],
      responses: {
        200: jsonResponse('One page; it may have fewer rows than `limit`, or none, and still a `next`.', 'AuditPage'),
      },
    },
    handle: async (exchange) => ok(await exchange.control.audit.page(auditQuery(exchange))),
  },
  {
    method: 'get',
    path: '/audit/verify',
    permission: 'audit',
    operation: {
      operationId: 'verifyAudit',
      summary: 'Reads the whole audit and says whether each row is as it was written and follows on the one before.',
      tags: ['audit'],
      responses: { 200: jsonResponse('`ok: false` names the first row that does not fit.', 'AuditVerification') },
    },
    handle: async ({ control }) => ok(await control.audit.verify()),
  },
];

function auditQuery({ query }: HttpExchange): AuditQuery {
  return {
    ...textOf(query, 'user'),
    ...textOf(query, 'path'),
    ...textOf(query, 'action', auditActions),
    ...textOf(query, 'outcome', outcomes),
    ...textOf(query, 'via'),
    ...textOf(query, 'cursor'),
    ...(query.get('from') !== null && { fromMs: timeMs(query, 'from', 0) }),
    ...(query.get('to') !== null && { toMs: timeMs(query, 'to', 0) }),
    limit: wholeNumber(query, 'limit', rowCount),
  };
}

type TextName = 'user' | 'path' | 'action' | 'outcome' | 'via' | 'cursor';

function textOf(query: URLSearchParams, name: TextName, known?: readonly string[]): Partial<Record<TextName, string>> {
  const text = query.get(name);
  if (text === null || text === '') return {};
  if (known && !known.includes(text))
    throw badQuery(`${name} is one of ${known.join(', ')}, not ${JSON.stringify(text)}`);
  return { [name]: text };
}
