import type { ServicePostMortemAnswer, ServicePostMortemList } from '@fieldwarden/admin-contract';
import { jsonResponse, pathParameter } from '../../openapi/operation.js';
import { pathText } from '../../server/request-parameters.js';
import { servicePostMortemUnknown } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';
import { namedService, serviceId } from './named-service.js';

export const servicePostMortemRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/services/:id/post-mortems',
    permission: 'view',
    operation: {
      operationId: 'listServicePostMortems',
      summary: 'How the processes of one service ended, newest first.',
      tags: ['services'],
      parameters: [serviceId],
      responses: { 200: jsonResponse('Those that are kept.', 'ServicePostMortemList') },
    },
    async handle(exchange) {
      const { id } = namedService(exchange);
      const postMortems = await exchange.control.services.postMortems(id);
      const schema = 'fieldwarden/service-post-mortems@1';
      return ok({ schema, serviceId: id, postMortems } satisfies ServicePostMortemList);
    },
  },
  {
    method: 'get',
    path: '/services/:id/post-mortems/:postMortemId',
    permission: 'view',
    operation: {
      operationId: 'getServicePostMortem',
      summary: 'Everything that is known of a process of a service that ended.',
      tags: ['services'],
      parameters: [serviceId, pathParameter('postMortemId', 'Id in the list of post-mortems.')],
      responses: { 200: jsonResponse('The post-mortem.', 'ServicePostMortem') },
    },
    handle: postMortem,
  },
];

async function postMortem(exchange: HttpExchange): Promise<Answer> {
  const { id } = namedService(exchange);
  const postMortemId = pathText(exchange.request, 'postMortemId');
  const found = await exchange.control.services.postMortem(id, postMortemId);
  if (!found) throw servicePostMortemUnknown(id, postMortemId);
  return ok({ schema: 'fieldwarden/service-post-mortem@1', ...found } satisfies ServicePostMortemAnswer);
}
