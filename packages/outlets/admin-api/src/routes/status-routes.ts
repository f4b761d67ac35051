import { jsonResponse } from '../openapi/operation.js';
import { ok, type Route } from '../route.js';

export const statusRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/status',
    operation: {
      operationId: 'getStatus',
      summary: 'The gateway in one object.',
      tags: ['gateway'],
      responses: { 200: jsonResponse('State of the gateway.', 'Status') },
    },
    handle: ({ control }) => ok(control.status()),
  },
];
