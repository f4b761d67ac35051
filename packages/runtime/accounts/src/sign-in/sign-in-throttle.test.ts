import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { SignInThrottle } from './sign-in-throttle.js';

it('lets who guesses wait 1 s, then twice as long each time, up to 60 s', async () => {
  const clock = new FakeClock();
  const throttle = new SignInThrottle(clock);
  const waits: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    throttle.wrong('ada', '10.0.0.1');
    waits.push(throttle.waitMs('ADA', '10.0.0.1'));
    await clock.advance(waits.at(-1)!);
    expect(throttle.waitMs('ada', '10.0.0.1')).toBe(0);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

it('keeps out nobody who comes from elsewhere, nor another name from there', () => {
  const throttle = new SignInThrottle(new FakeClock());
  for (let tries = 0; tries < 10; tries += 1) throttle.wrong('ada', '10.0.0.1');
  expect([throttle.waitMs('ada', '10.0.0.2'), throttle.waitMs('bob', '10.0.0.1')]).toEqual([0, 0]);
});

it('forgets after the right password, and after a quarter of an hour', async () => {
  const clock = new FakeClock();
  const throttle = new SignInThrottle(clock);
  throttle.wrong('ada', '::1');
  throttle.right('ada', '::1');
  expect(throttle.waitMs('ada', '::1')).toBe(0);
  for (let tries = 0; tries < 5; tries += 1) throttle.wrong('ada', '::1');
  await clock.advance(15 * 60_000);
  throttle.wrong('ada', '::1');
  expect(throttle.waitMs('ada', '::1')).toBe(1_000);
});

it('stops an address that tries many names, but for those that came in from there before', async () => {
  const clock = new FakeClock();
  const throttle = new SignInThrottle(clock);
  throttle.right('ada', '10.0.0.1');
  for (let i = 0; i < 21; i += 1) throttle.wrong(`name${i}`, '10.0.0.1');
  expect([
    throttle.waitMs('fresh', '10.0.0.1'),
    throttle.waitMs('ada', '10.0.0.1'),
    throttle.waitMs('fresh', '10.0.0.2'),
  ]).toEqual([5_000, 0, 0]);
  await clock.advance(5_000);
  expect(throttle.waitMs('fresh', '10.0.0.1')).toBe(0);
});
