import { join } from 'node:path';
import { silentLogger } from '@fieldwarden/core';
import { FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { acceptedStep, totpCode, totpStep } from '../passwords/totp.js';
import { SessionStore } from './session-store.js';

const hourMs = 3_600_000;
const minuteMs = 60_000;

describe('a step of the clock', () => {
  it.each([hourMs, -hourMs])('of %d ms signs nobody out and keeps nobody in for longer', async (byMs) => {
    await using home = await temporaryDirectory();
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
    const store = SessionStore.open(join(home.path, 's.json'), { logger: silentLogger, clock });
    const used = await store.create({ source: 'account', name: 'ada' }, 'here');
    const left = await store.create({ source: 'account', name: 'bob' }, 'here');
    await clock.advance(10 * minuteMs);
    clock.setWall(clock.wallMs() + byMs);
    expect(store.use(used)?.name).toBe('ada');
    await clock.advance(6 * minuteMs);
    expect([store.use(used)?.name, store.use(left)]).toEqual(['ada', undefined]);
    expect(store.list().map(({ openedAtMs }) => clock.wallMs() - openedAtMs)).toEqual([16 * minuteMs]);
  });

  it('back while no gateway ran makes no session younger than it may be', async () => {
    await using home = await temporaryDirectory();
    const file = join(home.path, 's.json');
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
    const id = await SessionStore.open(file, { logger: silentLogger, clock }).create(
      { source: 'account', name: 'ada' },
      'here',
    );
    clock.setWall(clock.wallMs() - hourMs);
    const later = new FakeClock({ wallMs: clock.wallMs() });
    const store = SessionStore.open(file, { logger: silentLogger, clock: later });
    await later.advance(16 * minuteMs);
    expect(store.use(id)).toBeUndefined();
  });

  it('makes no code of a second factor good twice, and none bad once the clock is right again', () => {
    const secret = Buffer.from('12345678901234567890');
    const nowMs = Date.UTC(2030, 0, 1);
    const code = (atMs: number): string => totpCode(secret, totpStep(atMs));
    const lastStep = acceptedStep(secret, code(nowMs), nowMs, 0)!;
    for (const byMs of [hourMs, -hourMs]) {
      expect(acceptedStep(secret, code(nowMs), nowMs + byMs, lastStep)).toBeUndefined();
      expect(acceptedStep(secret, code(nowMs + byMs), nowMs, lastStep)).toBeUndefined();
    }
    expect(acceptedStep(secret, code(nowMs), nowMs, lastStep)).toBeUndefined();
    expect(acceptedStep(secret, code(nowMs + minuteMs), nowMs + minuteMs, lastStep)).toBe(lastStep + 2);
  });
});
