import { join } from 'node:path';
import { GatewayError, silentLogger } from '@fieldwarden/core';
import type { AuditEntry, Principal } from '@fieldwarden/gateway-contract';
import { FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { fromBase32, totpCode, totpStep } from '../passwords/totp.js';
import { AccountStore } from '../store/account-store.js';
import { SignInDesk } from './sign-in-desk.js';

const password = 'tall copper kettle';
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const cheap = { memoryKiB: 64, passes: 1 };

async function deskOf(path: string) {
  const clock = new FakeClock({ wallMs: Date.UTC(2031, 4, 6) });
  const rows: AuditEntry[] = [];
  const hasher = new PasswordHasher(cheap);
  const accounts = await AccountStore.open(join(path, 'accounts.json'), { clock });
  await accounts.create({
    name: 'ada',
    role: 'operator',
    areas: ['packaging/**'],
    password: await hasher.hash(password),
  });
  await accounts.create({ name: 'root1', role: 'admin', areas: ['**'], password: await hasher.hash(password) });
  const audit = { record: (entry: AuditEntry) => void rows.push(entry) };
  const desk = new SignInDesk({ accounts, hasher, audit, clock, logger: silentLogger });
  const signIn = async (user: string, tried = password, more: { from?: string; totp?: string } = {}) =>
    await desk.signIn({ user, password: tried, from: '10.0.0.1', via: 'rest', correlationId: 'c', ...more });
  return { clock, rows, hasher, accounts, desk, signIn };
}

const refused = {
  code: 'SIGN_IN_REFUSED',
  kind: 'forbidden',
  message: 'this name with this password does not come in here',
};
const refusedWithCode = { ...refused, message: 'this name with this password and this code does not come in here' };
const ada: Principal = { name: 'ada', grants: [{ role: 'operator', areas: ['packaging/**'] }], proof: 'password' };

it('says who has this name and password, in the same words for all that is wrong, and in the audit what was tried', async () => {
  await using home = await temporaryDirectory();
  const { accounts, signIn, rows } = await deskOf(home.path);
  expect(await signIn('Ada')).toEqual(ada);
  await accounts.change('root1', { role: 'admin' });
  await accounts.change('ada', { enabled: false });
  for (const [user, tried] of [
    ['ada', password],
    ['eve', password],
    ['root1', 'wrong'],
    ['root1', ''],
    ['root1', 'x'.repeat(2_000)],
  ] as const)
    await expect(signIn(user, tried)).rejects.toMatchObject(refused);
  expect(rows.map(({ user, outcome }) => [user, outcome])).toEqual([
    ['ada', 'done'],
    ['ada', 'refused'],
    ['eve', 'refused'],
    ['root1', 'refused'],
    ['root1', 'refused'],
    ['root1', 'refused'],
  ]);
  expect(accounts.find('ada')?.lastSignInAt).toBe('2031-05-06T00:00:00.000Z');
});

it('lets who guesses wait before the next password is looked at, also among many at once, and nobody else', async () => {
  await using home = await temporaryDirectory();
  const { clock, signIn } = await deskOf(home.path);
  const guesses = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => signIn('ada', `guess ${i}`)));
  const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as GatewayError).code : 'in'));
  expect(codes.filter((code) => code === 'SIGN_IN_REFUSED')).toHaveLength(1);
  expect(codes.filter((code) => code === 'SIGN_IN_TOO_MANY')).toHaveLength(9);
  await expect(signIn('ada')).rejects.toMatchObject({
    code: 'SIGN_IN_TOO_MANY',
    kind: 'overloaded',
    retryAfterMs: 1_000,
  });
  expect(await signIn('ada', password, { from: '10.0.0.2' })).toEqual(ada);
  await clock.advance(1_000);
  expect(await signIn('ada')).toEqual(ada);
});

it('asks for the code of an account that has a second factor, and takes each code once', async () => {
  await using home = await temporaryDirectory();
  const { clock, accounts, signIn, desk, rows } = await deskOf(home.path);
  await accounts.change('ada', { totp: { secret, lastStep: 0 } });
  const code = () => totpCode(fromBase32(secret), totpStep(clock.wallMs()));
  await expect(signIn('ada', 'wrong one here')).rejects.toMatchObject(refused);
  await clock.advance(1_000);
  await expect(signIn('ada')).rejects.toMatchObject({ code: 'TOTP_REQUIRED', kind: 'forbidden' });
  expect(await signIn('ada', password, { totp: code() })).toEqual(ada);
  await expect(signIn('ada', password, { totp: code() })).rejects.toMatchObject(refusedWithCode);
  await expect(signIn('ada', password, { totp: '000000' })).rejects.toMatchObject({ code: 'SIGN_IN_TOO_MANY' });
  expect((await AccountStore.open(join(home.path, 'accounts.json'))).find('ada')?.totp?.lastStep).toBe(
    totpStep(clock.wallMs()),
  );
  expect(rows.map(({ outcome }) => outcome)).toEqual(['refused', 'done', 'refused', 'refused']);
  await clock.advance(60_000);
  const overOpcua = { user: 'ada', password, from: '10.0.0.9', via: 'opcua', correlationId: 'c' };
  await expect(desk.signIn(overOpcua)).rejects.toMatchObject({ code: 'TOTP_NOT_HERE', kind: 'forbidden' });
  expect(rows.at(-1)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('second factor') as string });
  for (const who of ['root1', 'nobody'])
    await expect(signIn(who, 'wrong one here', { totp: '000000' })).rejects.toMatchObject(refusedWithCode);
});

it('makes the hash anew when hashes have become dearer, and keeps it', async () => {
  await using home = await temporaryDirectory();
  const { accounts, signIn, desk, clock } = await deskOf(home.path);
  await signIn('ada');
  const before = accounts.find('ada')!.password;
  const dearer = new PasswordHasher({ memoryKiB: 128, passes: 1 });
  const later = new SignInDesk({
    accounts,
    hasher: dearer,
    audit: { record: () => undefined },
    clock,
    logger: silentLogger,
  });
  await later.signIn({ user: 'ada', password, from: '::1', via: 'rest', correlationId: 'c' });
  const kept = (await AccountStore.open(join(home.path, 'accounts.json'))).find('ada')!.password;
  expect([before.includes('m=64,'), kept.includes('m=128,')]).toEqual([true, true]);
  await expect(
    desk.confirm({ user: 'ada', password, from: '::1', via: 'rest', correlationId: 'c' }),
  ).resolves.toBeUndefined();
});

it('looks up in the directories who is no local account, and goes on without one that is away', async () => {
  await using home = await temporaryDirectory();
  const { desk, signIn } = await deskOf(home.path);
  const eve: Principal = { name: 'eve', grants: [{ role: 'viewer', areas: ['**'] }], proof: 'ldap' };
  const away = new GatewayError({ code: 'LDAP_AWAY', kind: 'unreachable', message: 'nobody answers' });
  let isAway = false;
  const asked: string[] = [];
  const source = {
    id: 'ldap',
    signIn: ({ user, password: tried }: { user: string; password: string }) => {
      asked.push(user);
      if (isAway) return Promise.reject(away);
      if (user !== 'eve') return Promise.resolve('unknown' as const);
      return Promise.resolve(tried === password ? eve : ('refused' as const));
    },
  };
  using _use = desk.use(source);
  expect([await signIn('eve'), await signIn('ada')]).toEqual([eve, ada]);
  await expect(signIn('bob')).rejects.toMatchObject(refused);
  await expect(signIn('eve', 'wrong')).rejects.toMatchObject(refused);
  await expect(signIn('eve', '')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
  isAway = true;
  await expect(signIn('eve', password, { from: '10.0.0.3' })).rejects.toBe(away);
  expect(await signIn('ada')).toEqual(ada); // the local ones come in all the same
  expect(asked).toEqual(['eve', 'bob', 'eve', 'eve']);
});

it('knows people by their certificates, and tells when they may do something else', async () => {
  await using home = await temporaryDirectory();
  const { accounts, desk } = await deskOf(home.path);
  const thumbprint = 'AB'.repeat(20);
  const attempt = { thumbprint: thumbprint.toLowerCase(), from: '10.0.0.1', via: 'opcua', correlationId: 'c' };
  await expect(desk.signInByCertificate(attempt)).rejects.toMatchObject(refused);
  await accounts.change('ada', { certificates: [thumbprint] });
  expect(await desk.signInByCertificate(attempt)).toEqual({ ...ada, proof: 'certificate' });
  const told: unknown[] = [];
  using _following = desk.follow((name, principal) => told.push([name, principal?.grants[0].role]));
  await accounts.change('ada', { role: 'engineer' });
  await accounts.change('ada', { certificates: [thumbprint, 'CD'.repeat(20)] });
  await accounts.change('ada', { certificates: [thumbprint] });
  await accounts.change('ada', { password: await new PasswordHasher(cheap).hash('another kettle of ada') });
  await accounts.change('ada', { enabled: false });
  await expect(desk.signInByCertificate(attempt)).rejects.toMatchObject(refused);
  await accounts.remove('ada');
  expect(told).toEqual([
    ['ada', 'engineer'],
    ['ada', 'engineer'],
    ['ada', undefined],
    ['ada', undefined],
    ['ada', undefined],
    ['ada', undefined],
  ]);
});
