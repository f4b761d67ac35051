import { jsonResponse } from '../openapi/operation.js';
import { ok, type Route } from '../server/route.js';

export const statusRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/status',
    permission: 'view',
    operation: {
      operationId: 'getStatus',
      summary: 'The gateway in one object.',
      tags: ['gateway'],
      responses: { 200: jsonResponse('State of the gateway.', 'Status') },
    },
    handle: ({ control }) => ok(control.status()),
  },
  {
    method: 'get',
    path: '/about',
    permission: 'view',
    operation: {
      operationId: 'getAbout',
      summary:
        'Versions, ports, the spare process, driver types, certificates, and the licences of what the gateway is made with.',
      tags: ['gateway'],
      responses: { 200: jsonResponse('About this gateway.', 'About') },
    },
    handle: async ({ control, server }) => ok(await control.about(server.port)),
  },
];
