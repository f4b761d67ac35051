import { openapiDocument } from '../openapi/document.js';
import { ok, type Route } from '../server/route.js';

/** The route that serves the document of `others` and of itself. */
export function openapiRoute(others: readonly Route[]): Route {
  const route: Route = {
    method: 'get',
    path: '/openapi.json',
    permission: 'view',
    operation: {
      operationId: 'getOpenapiDocument',
      summary: 'This document.',
      tags: ['gateway'],
      responses: {
        200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
    handle: () => ok(document),
  };
  const document = openapiDocument([...others, route]);
  return route;
}
