import { openapiDocument } from '../openapi/document.js';
import { ok, type Route } from '../server/route.js';

/** The route that serves the document of `others` and of itself, made when somebody first asks for it. */
export function openapiRoute(others: readonly Route[]): Route {
  let document: ReturnType<typeof openapiDocument> | undefined;
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
    handle: async () => ok(await (document ??= openapiDocument([...others, route]))),
  };
  return route;
}
