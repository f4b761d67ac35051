import type { DoctorAnswer } from '@fieldwarden/admin-contract';
import { jsonResponse } from '../../openapi/operation.js';
import { ok, type Route } from '../../server/route.js';

export const doctorRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/doctor',
    permission: 'administer',
    operation: {
      operationId: 'examine',
      summary: 'What of this gateway is weak, missing or about to end, with a remedy for each.',
      tags: ['upkeep'],
      responses: { 200: jsonResponse('One row for each check, those that are well included.', 'Doctor') },
    },
    handle: async ({ control }) =>
      ok({ schema: 'fieldwarden/doctor@1', checks: await control.upkeep.doctor() } satisfies DoctorAnswer),
  },
];
