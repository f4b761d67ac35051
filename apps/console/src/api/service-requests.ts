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

/** Gives up what waits in the outbox of an MQTT outlet; how many messages that were. */
export async function purgeOutlet(id: string): Promise<number> {
  const params = { path: { id, name: 'purge' } };
  const { answer } = await answered(api.POST('/services/{id}/requests/{name}', { params, body: {} }));
  return (answer as { readonly purged: number }).purged;
}

export interface NotificationTest {
  readonly outcome: 'sent' | 'failed';
  /** Why it failed. */
  readonly message: string | null;
}

/** Sends a message that says that it is a test. */
export async function testNotification(channel: string): Promise<NotificationTest> {
  const params = { path: { id: 'notifications', name: 'test' } };
  const { answer } = await answered(api.POST('/services/{id}/requests/{name}', { params, body: { channel } }));
  return answer as NotificationTest;
}
