import { silentLogger } from '@fieldwarden/core';
import type { Grant, Principal } from '@fieldwarden/gateway-contract';
import { FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { Access } from './access.js';
import type { LastGrants } from './sign-in/password-source.js';

const viewer = { role: 'viewer', areas: ['**'] } as const;
const operator = { role: 'operator', areas: ['line/**'] } as const;
const anna: Principal = { name: 'anna', grants: [operator], proof: 'ldap' };

async function scene(home: string) {
  const clock = new FakeClock();
  const access = await Access.open(home, { audit: { record: () => undefined }, clock, logger: silentLogger });
  const held = (id: string): Principal | undefined => {
    const session = access.sessions.use(id);
    return session && access.holderOf(session);
  };
  return { access, clock, held };
}

it('asks on each use of a session what its directory gives now, and tells it what the session has', async () => {
  await using home = await temporaryDirectory();
  const { access, clock, held } = await scene(home.path);
  const asked: LastGrants[] = [];
  let now: readonly Grant[] | undefined = [viewer];
  using _use = access.use({ id: 'ldap', grantsNow: (_, last) => (asked.push(last), now) });
  const id = await access.sessions.create({ source: 'ldap', name: 'anna', principal: anna }, '::1');
  expect(held(id)).toEqual({ ...anna, grants: [viewer] });
  expect(asked).toEqual([{ grants: [operator], atMs: clock.wallMs() }]);
  now = undefined;
  expect(held(id)).toBeUndefined();
});

it('lets nobody in by a session whose directory or provider the plant names no more, until it does again', async () => {
  await using home = await temporaryDirectory();
  const { access, held } = await scene(home.path);
  let told = 0;
  using _following = access.follow(() => (told += 1));
  const use = access.use({ id: 'oidc' });
  const id = await access.sessions.create({ source: 'oidc', name: 'anna', principal: anna }, '::1');
  expect(held(id)).toEqual(anna);
  use[Symbol.dispose]();
  expect([held(id), told]).toEqual([undefined, 1]);
  using _again = access.use({ id: 'oidc' });
  expect(held(id)).toEqual(anna);
});

it('ends a session when its provider said so, over a restart', async () => {
  await using home = await temporaryDirectory();
  const { access, clock } = await scene(home.path);
  const endsAtMs = clock.wallMs() + 60_000;
  const id = await access.sessions.create({ source: 'oidc', name: 'anna', principal: anna, endsAtMs }, '::1');
  await access.sessions.flushed();
  const again = await scene(home.path);
  again.clock.setWall(clock.wallMs());
  await again.clock.advance(59_999);
  expect(again.access.sessions.use(id)).toMatchObject({ name: 'anna', endsAtMs });
  await again.clock.advance(1);
  expect(again.access.sessions.use(id)).toBeUndefined();
});
