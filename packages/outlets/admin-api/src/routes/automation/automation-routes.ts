import type { ExpressionCheck, InternalTagList } from '@fieldwarden/admin-contract';
import { expressionCheckRequest } from '@fieldwarden/admin-contract/requests';
import { originOf } from '../../access/requester.js';
import { jsonBody, jsonResponse } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { ok, okValues, type Answer, type HttpExchange, type Route } from '../../server/route.js';

export const automationRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/internal-tags',
    permission: 'view',
    operation: {
      operationId: 'listInternalTags',
      summary: 'Tags that live in the gateway, with what is on disk of them. They are written like any tag.',
      tags: ['automation'],
      responses: { 200: jsonResponse('The tags.', 'InternalTagList') },
    },
    handle: async (exchange) => {
      const tags = await exchange.control.automation.internalTags(originOf(exchange));
      return okValues({ schema: 'fieldwarden/internal-tags@1', tags } satisfies InternalTagList);
    },
  },
  {
    method: 'post',
    path: '/expressions/check',
    permission: 'view',
    operation: {
      operationId: 'checkExpression',
      summary: 'What is to be said about an expression, and what it comes to now. Changes nothing.',
      tags: ['automation'],
      requestBody: jsonBody('ExpressionCheckRequest'),
      responses: { 200: jsonResponse('The findings and the present value.', 'ExpressionCheck') },
    },
    handle: check,
  },
];

function check({ control, request }: HttpExchange): Answer {
  const { expression, path = null } = readJson(request, expressionCheckRequest);
  return ok({
    schema: 'fieldwarden/expression-check@1',
    ...control.automation.checkExpression(expression, path),
  } satisfies ExpressionCheck);
}
