import { GatewayError, silentLogger, systemClock } from '@fieldwarden/core';
import type { Principal } from '@fieldwarden/gateway-contract';
import { TagStore } from '@fieldwarden/tags';
import { MemoryDesk, testOrigin, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { startMemoryService } from '../testing/memory-service.js';
import { encodeFromService } from './service-codec.js';
import { signInCredits } from './service-messages.js';

const attempt = { from: '10.0.0.9', via: 'opcua', correlationId: '1' };
const right = { ...attempt, user: 'otto', password: 'right' };

async function startWithDesk() {
  const desk = new MemoryDesk();
  desk.set('otto', { password: 'right', role: 'operator', areas: ['packaging/**'], certificates: ['AB'] });
  const writer = { writeMany: () => Promise.resolve([{ outcome: 'done', status: 0 } as const]) };
  const tags = new TagStore(systemClock, silentLogger);
  const service = startMemoryService({ around: { tags, access: desk, writer } });
  await service.ready;
  return { desk, service, context: await service.context };
}

it('a service in a Host learns from the gateway who somebody is, by password and by certificate (§13.1)', async () => {
  const { desk, context } = await startWithDesk();
  const otto = { name: 'otto', grants: [{ role: 'operator', areas: ['packaging/**'] }] };
  expect(await context.access.signIn(right)).toEqual({ ...otto, proof: 'password' });
  const certificate = { ...attempt, thumbprint: 'AB' };
  expect(await context.access.signInByCertificate(certificate)).toEqual({ ...otto, proof: 'certificate' });
  expect(desk.attempts).toEqual([right, certificate]);
  const refused = context.access.signIn({ ...right, password: 'wrong' });
  await expect(refused).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED', kind: 'forbidden' });
});

it('it is told of every account that is changed, until its Host is gone', async () => {
  const { desk, context, service } = await startWithDesk();
  const told: (readonly [string, Principal | undefined])[] = [];
  using _ = context.access.follow((...change) => void told.push(change));
  desk.set('otto', { password: 'right', role: 'viewer' });
  desk.remove('otto');
  await waitFor(() => told.length === 2, { what: 'both changes' });
  expect(told).toEqual([
    ['otto', { name: 'otto', grants: [{ role: 'viewer', areas: ['**'] }], proof: 'password' }],
    ['otto', undefined],
  ]);
  service.client.detach(new GatewayError({ code: 'GONE', kind: 'host-lost', message: 'killed' }));
  expect(desk.followers).toBe(0);
});

it('a storm of sign-ins is refused in the Host, and holds up no write', async () => {
  const { desk, context } = await startWithDesk();
  const held = Promise.withResolvers<void>();
  desk.hold = held.promise;
  const storm = Array.from({ length: signInCredits + 5 }, () => context.access.signIn(right));
  const settled = Promise.allSettled(storm);
  const refused = await Promise.allSettled(storm.slice(signInCredits));
  for (const each of refused) {
    expect(each).toMatchObject({ reason: { code: 'SIGN_IN_TOO_MANY', kind: 'overloaded' } });
  }
  expect(await context.writer.writeMany([{ handle: 1, value: 1 }], testOrigin({}))).toHaveLength(1);
  held.resolve();
  const outcomes = (await settled).map(({ status }) => status);
  expect(outcomes.filter((status) => status === 'fulfilled')).toHaveLength(signInCredits);
});

it.each([
  { kind: 'sign-in', attempt: { ...attempt, user: 'otto' } },
  { kind: 'sign-in', attempt: { ...right, from: 1 } },
  { kind: 'sign-in-certificate', attempt: right },
])('an ask of another shape ends the channel: %j', async (ask) => {
  const { service } = await startWithDesk();
  service.hostTransport.send(encodeFromService({ type: 'ask', call: 1, ask } as never));
  await waitFor(() => service.lost.length > 0, { what: 'the end of the channel' });
  expect(service.lost).toMatchObject([{ kind: 'protocol' }]);
});
