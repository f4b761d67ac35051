import { expect, it } from 'vitest';
import { argon2Hash, argon2Matches, isArgon2Hash, isCheaper } from './argon2-hash.js';

const cheap = { memoryKiB: 64, passes: 1 };
const salt = Buffer.from('somesalt');

it('reads and writes the PHC string that other programs do', async () => {
  // the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -e
  const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await argon2Hash('password', salt, { memoryKiB: 65_536, passes: 2 })).toBe(reference);
  expect([await argon2Matches(reference, 'password'), await argon2Matches(reference, 'passwort')]).toEqual([
    true,
    false,
  ]);
});

it('knows which hash is cheaper than what is asked for now', async () => {
  const hash = await argon2Hash('password', salt, cheap);
  expect([isCheaper(hash, cheap), isCheaper(hash, { ...cheap, passes: 2 }), isCheaper(hash)]).toEqual([
    false,
    true,
    true,
  ]);
});

it.each([
  'password',
  '$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  '$argon2id$v=19$m=4000000,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  '$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
])('takes %j for no hash, and matches nothing with it', async (text) => {
  expect([isArgon2Hash(text), await argon2Matches(text, 'password')]).toEqual([false, false]);
});
