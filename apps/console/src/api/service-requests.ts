import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export const servicesResource = resourceOf('services', async () => (await answered(api.GET('/services'))).services);

/** Resolves when the service works again, or it is clear that it does not yet. */
export async function restartService(id: string) {
  const params = { path: { id }, query: { wait: true } };
  const answer = await answered(api.POST('/services/{id}/restart', { params }));
  if ('state' in answer) return answer;
  throw new Error('the gateway began the restart and did not wait for its end');
}
