import { expect, it } from 'vitest';
import { belongsInBackup } from './home-contents.js';

const plain = { encrypted: false };
const encrypted = { encrypted: true };

it.each([
  'home.json', 'tokens.json', 'secrets.json', 'state.mdb', 'authority.mdb', 'config/lab/3.mdb', 'config/lab/CURRENT', 'audit.log', 'devices.json',
  'pki/trusted/certs/a.pem', 'services/acme/x', 'plant.yaml', 'what-a-later-version-keeps.json',
])('%s is in every backup', (path) => {
  expect([belongsInBackup(path, plain), belongsInBackup(path, encrypted)]).toEqual([true, true]);
}); // prettier-ignore

it.each([
  'secret.key', 'accounts.json', 'secrets/plc.txt', 'pki/own/private/private_key.pem', 'pki/users/own/private/key.pem', 'tls/server.key', 'tls/own-key.pem',
])('%s opens something: it is only in an encrypted one', (path) => {
  expect([belongsInBackup(path, plain), belongsInBackup(path, encrypted)]).toEqual([false, true]);
}); // prettier-ignore

it.each([
  'run.json', 'gateway.lock', 'gateway.lock.77', 'admin.sock', 'hosts.json', 'reserve', 'audit.head', 'sessions.json', 'logs/fieldwarden.log', 'post-mortem/press/1.json', 'post-mortem-services/mqtt/1.json',
  'state.mdb-lock', 'state.mdb.damaged-2030', 'tokens.json.new', 'state.mdb.proving-7', '.backup-x/state.mdb', '.restored/a', 'before-restore-2030/a',
  'compile-cache/x',
])('%s is of one run, or half-written: it is in none', (path) => {
  const everything = { outbox: true, history: true, encrypted: true };
  expect(belongsInBackup(path, everything)).toBe(false);
}); // prettier-ignore

it('messages that wait, and values that were kept, are in it where they are asked for', () => {
  for (const [path, choice] of [
    ['outbox.mdb', 'outbox'],
    ['history.mdb', 'history'],
    ['history/2030-01.bin', 'history'],
  ] as const) {
    expect([belongsInBackup(path, encrypted), belongsInBackup(path, { ...encrypted, [choice]: true })]).toEqual([
      false,
      true,
    ]);
  }
});
