import type { PostMortemAnswer, PostMortemList } from '@fieldwarden/admin-contract';
import { jsonResponse, pathParameter } from '../../openapi/operation.js';
import { pathText } from '../../server/request-parameters.js';
import { postMortemUnknown } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';
import { driverId, namedDriver } from './driver-routes.js';

export const postMortemRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/drivers/:id/post-mortems',
    permission: 'view',
    operation: {
      operationId: 'listPostMortems',
      summary: 'How the processes of one driver ended, newest first.',
      tags: ['drivers'],
      parameters: [driverId],
      responses: { 200: jsonResponse('Those that are kept.', 'PostMortemList') },
    },
    async handle(exchange) {
      const { id } = namedDriver(exchange);
      const postMortems = await exchange.control.postMortems(id);
      return ok({ schema: 'fieldwarden/post-mortems@1', driverId: id, postMortems } satisfies PostMortemList);
    },
  },
  {
    method: 'get',
    path: '/drivers/:id/post-mortems/:postMortemId',
    permission: 'view',
    operation: {
      operationId: 'getPostMortem',
      summary: 'Everything that is known of a process that ended.',
      tags: ['drivers'],
      parameters: [driverId, pathParameter('postMortemId', 'Id in the list of post-mortems.')],
      responses: { 200: jsonResponse('The post-mortem.', 'PostMortem') },
    },
    handle: postMortem,
  },
];

async function postMortem(exchange: HttpExchange): Promise<Answer> {
  const { id } = namedDriver(exchange);
  const postMortemId = pathText(exchange.request, 'postMortemId');
  const found = await exchange.control.postMortem(id, postMortemId);
  if (!found) throw postMortemUnknown(id, postMortemId);
  return ok({ schema: 'fieldwarden/post-mortem@1', ...found } satisfies PostMortemAnswer);
}
