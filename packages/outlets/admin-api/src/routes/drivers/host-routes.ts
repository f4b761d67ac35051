import type { HostList } from '@fieldwarden/admin-contract';
import { jsonResponse } from '../../openapi/operation.js';
import { ok, type Route } from '../../server/route.js';

export const hostRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/hosts',
    permission: 'view',
    operation: {
      operationId: 'listHosts',
      summary: 'Every device of every driver with its breaker, its scan interval and the memory of its driver.',
      tags: ['drivers'],
      responses: { 200: jsonResponse('The rows, in the order of the plant document.', 'HostList') },
    },
    handle: ({ control }) => ok({ schema: 'fieldwarden/hosts@1', rows: control.hosts() } satisfies HostList),
  },
];
