import type { Service } from '@fieldwarden/admin-contract';
import { pathParameter } from '../../openapi/operation.js';
import { pathText } from '../../server/request-parameters.js';
import { serviceUnknown } from '../../server/request-refused.js';
import type { HttpExchange } from '../../server/route.js';

export const serviceId = pathParameter('id', 'Id of the service.');

/** The service that the path names. Refused with 404 if there is none. */
export function namedService({ control, request }: HttpExchange): Service {
  const id = pathText(request, 'id');
  const service = control.services.get(id);
  if (!service) throw serviceUnknown(id);
  return service;
}
