import type { DriverAction } from '@fieldwarden/gateway-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export const statusResource = resourceOf('status', () => answered(api.GET('/status')));

export const driversResource = resourceOf('drivers', async () => (await answered(api.GET('/drivers'))).drivers);

export const hostsResource = resourceOf('hosts', async () => (await answered(api.GET('/hosts'))).rows);

export const aboutResource = resourceOf('about', () => answered(api.GET('/about')));

const at = (id: string): { params: { path: { id: string } } } => ({ params: { path: { id } } });

export const driverResource = (id: string) =>
  resourceOf(`driver ${id}`, () => answered(api.GET('/drivers/{id}', at(id))));

export async function driverCurves(id: string) {
  return await answered(api.GET('/drivers/{id}/curves', at(id)));
}

export const curvesResource = (id: string) => resourceOf(`driver ${id} curves`, () => driverCurves(id));

export const planResource = (id: string) =>
  resourceOf(`driver ${id} plan`, () => answered(api.GET('/drivers/{id}/plan', at(id))));

export const postMortemsResource = (id: string) =>
  resourceOf(`driver ${id} post-mortems`, async () => {
    const { postMortems } = await answered(api.GET('/drivers/{id}/post-mortems', at(id)));
    return postMortems;
  });

export const postMortemResource = (id: string, postMortemId: string) =>
  resourceOf(`driver ${id} post-mortem ${postMortemId}`, () =>
    answered(api.GET('/drivers/{id}/post-mortems/{postMortemId}', { params: { path: { id, postMortemId } } })),
  );

const operations = {
  start: '/drivers/{id}/start',
  stop: '/drivers/{id}/stop',
  restart: '/drivers/{id}/restart',
  reset: '/drivers/{id}/reset',
  recycle: '/drivers/{id}/recycle',
  promote: '/drivers/{id}/promote',
  demote: '/drivers/{id}/demote',
  reinitialize: '/drivers/{id}/reinitialize',
} as const satisfies Record<DriverAction, string>;

/** Resolves when the driver has reached its new state. */
export async function operateDriver(id: string, action: DriverAction) {
  const answer = await answered(api.POST(operations[action], { params: { path: { id }, query: { wait: true } } }));
  if ('state' in answer) return answer;
  throw new Error('the gateway began the action and did not wait for its end');
}

export async function testDriver(id: string) {
  return await answered(api.POST('/drivers/{id}/test', at(id)));
}
