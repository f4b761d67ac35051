import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { RoleMap } from '../roles/role-map.js';
import { freshMs, KnownRoles, lastWordMs } from './known-roles.js';

const operator = { role: 'operator', areas: ['packaging/**'] } as const;
const viewer = { role: 'viewer', areas: ['**'] } as const;
const hours = 3_600_000;

function scene() {
  const clock = new FakeClock();
  const asked: string[] = [];
  const troubles: string[] = [];
  let answer: readonly string[] | undefined | Error = ['cn=operators'];
  let roles = new RoleMap([
    { role: 'operator', groups: ['cn=operators'], areas: ['packaging/**'] },
    { role: 'viewer', groups: ['cn=viewers'], areas: ['**'] },
  ]);
  const known = new KnownRoles({
    lookUp: (name) => {
      asked.push(name);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    roles: () => roles,
    clock,
    onTrouble: (name) => void troubles.push(name),
  });
  const atSignIn = { grants: [operator], atMs: clock.wallMs() };
  return {
    clock,
    asked,
    troubles,
    known,
    now: () => known.grantsNow('anna', atSignIn),
    answers: (next: typeof answer) => void (answer = next),
    published: (next: RoleMap) => void (roles = next),
  };
}

describe('what somebody of a directory may do while he is signed in', () => {
  it('is what was said at the sign-in, for five minutes', async () => {
    const { known, clock, now, asked } = scene();
    known.said('anna', ['cn=operators']);
    await clock.advance(freshMs - 1);
    expect(now()).toEqual([operator]);
    expect(asked).toEqual([]);
  });

  it('is asked anew after five minutes, once, and the answer counts', async () => {
    const { known, clock, now, asked, answers } = scene();
    known.said('anna', ['cn=operators']);
    answers(['cn=viewers']);
    await clock.advance(freshMs);
    expect([now(), now()]).toEqual([[operator], [operator]]);
    await clock.advance(1);
    expect(now()).toEqual([viewer]);
    expect(asked).toEqual(['anna']);
  });

  it('is nothing for who is gone from the directory, or from all groups that count', async () => {
    for (const gone of [undefined, [], ['cn=strangers']]) {
      const { known, clock, now, answers } = scene();
      known.said('anna', ['cn=operators']);
      answers(gone);
      await clock.advance(freshMs);
      now();
      await clock.advance(1);
      expect(now()).toBeUndefined();
    }
  });

  it('stays for eight hours while the directory is away, and no longer', async () => {
    const { known, clock, now, asked, answers, troubles } = scene();
    known.said('anna', ['cn=operators']);
    answers(new Error('away'));
    await clock.advance(freshMs);
    for (let second = 0; second < 60; second++) {
      expect(now()).toEqual([operator]);
      await clock.advance(1_000);
    }
    expect(asked).toHaveLength(2);
    expect(troubles).toHaveLength(2);
    await clock.advance(lastWordMs - freshMs - 60_001);
    expect(now()).toEqual([operator]);
    await clock.advance(1);
    expect(now()).toBeUndefined();
  });

  it('follows what is published about roles at once', () => {
    const { known, now, published } = scene();
    known.said('anna', ['cn=operators']);
    published(new RoleMap([{ role: 'viewer', groups: ['CN=Operators'], areas: ['**'] }]));
    expect(now()).toEqual([viewer]);
  });

  it('is after a restart what the session says, until the directory answers', async () => {
    const { clock, now, asked, answers } = scene();
    answers(['cn=viewers']);
    await clock.advance(hours);
    expect(now()).toEqual([operator]);
    expect(asked).toEqual(['anna']);
    await clock.advance(1);
    expect(now()).toEqual([viewer]);
  });

  it('is after a restart nothing that no group has any more', () => {
    const { now, published } = scene();
    published(new RoleMap([{ role: 'operator', groups: ['cn=operators'], areas: ['line/**'] }]));
    expect(now()).toBeUndefined();
  });

  it('is after a restart with the directory away at most what was said eight hours ago', async () => {
    const { clock, now, answers } = scene();
    answers(new Error('away'));
    await clock.advance(lastWordMs - 1);
    expect(now()).toEqual([operator]);
    await clock.advance(1);
    expect(now()).toBeUndefined();
  });
});
