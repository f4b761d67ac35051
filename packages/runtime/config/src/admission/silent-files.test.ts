import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { Findings } from '../rules/findings.js';
import { findSilentFiles, namesFilesOrSecrets } from './silent-files.js';

const document = {
  tls: { certFile: '/net/tls.pem', keyFile: null },
  mqtt: [{ url: 'mqtts://broker', tls: { caFile: 'here.pem' }, password: '${file:/net/password}' }],
  drivers: [{ options: { caFile: '/gone.pem' }, devices: [{ tags: [{ path: 'a', noteFile: '/net/no-option' }] }] }],
};

it('names each file on a disk that does not answer within 5 s, and asks all of them at once', async () => {
  const clock = new FakeClock();
  const findings = new Findings();
  const asked: string[] = [];
  const look = (file: string): Promise<void> => {
    asked.push(file);
    if (file.startsWith('/net/')) return new Promise(() => undefined);
    return file === '/gone.pem' ? Promise.reject(new Error('ENOENT')) : Promise.resolve();
  };
  const found = findSilentFiles(document, '/plant', findings, { clock, look });
  await clock.advance(4_999);
  expect(asked).toEqual(['/net/tls.pem', '/plant/here.pem', '/net/password', '/gone.pem']);
  await clock.advance(1);
  expect([...(await found)]).toEqual(['/net/tls.pem', '/net/password']);
  expect(findings.list.map(({ path, rule, message }) => [path, rule, message])).toEqual([
    ['tls.certFile', 'file-silent', '/net/tls.pem is on a disk that did not answer within 5 s'],
    ['mqtt[0].password', 'file-silent', '/net/password is on a disk that did not answer within 5 s'],
  ]);
  expect(clock.pendingTimers).toBe(0);
});

it('only warns where the document ran before', async () => {
  const clock = new FakeClock();
  const findings = new Findings();
  const look = (): Promise<void> => new Promise(() => undefined);
  const found = findSilentFiles({ tls: { certFile: '/a' } }, '/', findings, { clock, look, severity: 'warning' });
  await clock.advance(5_000);
  expect([(await found).size, findings.hasErrors, findings.list.length]).toEqual([1, false, 1]);
});

it('finds nothing where all disks answer, whether the files are there or not', async () => {
  const findings = new Findings();
  expect(await findSilentFiles(document, '/plant', findings, { clock: new FakeClock() })).toEqual(new Set());
  expect(findings.list).toEqual([]);
});

it('knows whether a document names anything of this machine', () => {
  expect(namesFilesOrSecrets(document)).toBe(true);
  expect(namesFilesOrSecrets({ mqtt: { password: '${env:SECRET}' } })).toBe(true);
  expect(namesFilesOrSecrets({ tls: { certFile: null }, site: 'File', drivers: [] })).toBe(false);
});
