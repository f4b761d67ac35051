import type { ShutdownAnswer } from '@fieldwarden/admin-contract';
import { jsonResponse } from '../openapi/operation.js';
import type { Route } from '../server/route.js';

export const shutdownRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/shutdown',
    permission: 'administer',
    audited: { action: 'stop', subject: () => 'gateway', after: () => 'asked for' },
    socketOnly: 'Run fieldwarden down on the machine of the gateway, as the user who started it.',
    operation: {
      operationId: 'shutDown',
      summary: 'Begins the graceful stop of the gateway. Only over the local socket.',
      tags: ['gateway'],
      responses: { 202: jsonResponse('The gateway stops.', 'Shutdown') },
    },
    handle({ control }) {
      const body: ShutdownAnswer = { schema: 'fieldwarden/shutdown@1', pid: control.status().pid };
      return { status: 202, body, afterwards: () => control.shutdown() };
    },
  },
];
