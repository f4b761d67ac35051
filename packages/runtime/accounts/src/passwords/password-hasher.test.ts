import { expect, it } from 'vitest';
import { PasswordHasher } from './password-hasher.js';

const cheap = { memoryKiB: 64, passes: 1 };

it('runs one at a time, in turns by address, so that a crowd keeps nobody else waiting', async () => {
  const hasher = new PasswordHasher(cheap);
  const order: string[] = [];
  let atOnce = 0;
  const work = (name: string) => async () => {
    atOnce += 1;
    expect(atOnce).toBe(1);
    await Promise.resolve();
    order.push(name);
    atOnce -= 1;
  };
  const crowd = ['a1', 'a2', 'a3', 'a4'].map((name) => hasher.inTurn('10.0.0.1', work(name)));
  await Promise.all([...crowd, hasher.inTurn('10.0.0.2', work('b1'))]);
  expect(order.indexOf('b1')).toBeLessThanOrEqual(2);
});

it('sends away who would wait too long, at once, and goes on with the others', async () => {
  const hasher = new PasswordHasher(cheap);
  const gate = Promise.withResolvers<void>();
  const running = hasher.inTurn('a', () => gate.promise);
  const waiting = Array.from({ length: 32 }, () => hasher.inTurn('a', () => Promise.resolve(1)));
  await expect(hasher.inTurn('a', () => Promise.resolve(1))).rejects.toMatchObject({
    code: 'SIGN_IN_TOO_MANY',
    kind: 'overloaded',
    retryAfterMs: 5_000,
  });
  const other = hasher.inTurn('b', () => Promise.reject(new Error('boom')));
  gate.resolve();
  await running;
  await expect(other).rejects.toThrow('boom');
  expect(await Promise.all(waiting)).toHaveLength(32);
});

it('matches a password however it was typed, and nothing where there is no hash', async () => {
  const hasher = new PasswordHasher(cheap);
  const hash = await hasher.hash('größe zwölf');
  expect([
    await hasher.matchesNow(hash, 'größe zwölf'.normalize('NFD')),
    await hasher.matchesNow(undefined, 'größe zwölf'),
  ]).toEqual([true, false]);
});
