import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTlsFiles, readTlsFiles } from './tls-files.js';

let directory: TemporaryDirectory;
const at = (name: string): string => join(directory.path, name);

beforeAll(async () => {
  directory = await temporaryDirectory();
  for (const name of ['own', 'other']) {
    const subject = ['-subj', `/CN=${name}`, '-days', '30'];
    const keys = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    execFileSync('openssl', ['req', '-x509', ...keys, ...subject, ...files], { stdio: 'ignore' });
  }
  writeFileSync(at('garbage.pem'), 'no certificate at all');
  writeFileSync(at('broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
});
afterAll(() => directory[Symbol.asyncDispose]());

describe('files of certificates', () => {
  const dayMs = 86_400_000;
  const found = (names: { ca?: string; cert?: string; key?: string }, laterMs = 0) => {
    const file = (name?: string): string | null => (name === undefined ? null : at(name));
    const files = { caFile: file(names.ca), certFile: file(names.cert), keyFile: file(names.key) };
    return checkTlsFiles(files, Date.now() + laterMs).map(
      ({ field, rule, severity, message }) => `${severity} ${field} ${rule}: ${message.replaceAll(directory.path, '')}`,
    );
  };

  it('are fine when they fit', () => expect(found({ ca: 'other.pem', cert: 'own.pem', key: 'own.key' })).toEqual([]));

  it('are read as they are', () => {
    const files = { caFile: at('own.pem'), certFile: null, keyFile: null };
    expect(readTlsFiles(files).ca).toContain('BEGIN CERTIFICATE');
    expect(() => readTlsFiles({ ...files, caFile: at('nowhere.pem') })).toThrow('cannot be read');
  });

  it.each([
    [{ ca: 'nowhere.pem' }, /^error caFile mqtt-tls-file: \/nowhere.pem cannot be read/],
    [{ ca: 'garbage.pem' }, /^error caFile mqtt-certificate: \/garbage.pem holds no certificate/],
    [{ ca: 'broken.pem' }, /^error caFile mqtt-certificate/],
    [{ cert: 'own.pem', key: 'garbage.pem' }, /^error keyFile mqtt-key: \/garbage.pem holds no private key/],
    [{ cert: 'own.pem', key: 'other.key' }, /^error keyFile mqtt-key: .*does not belong to the certificate/],
    [{ cert: 'own.pem' }, /^error keyFile mqtt-key: a certificate needs its private key/],
    [{ key: 'own.key' }, /^error certFile mqtt-key: a private key needs its certificate/],
  ])('%o are told of', (names, finding) => {
    const findings = found(names);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(finding);
  });

  it('are warned of when they mean another file wherever the gateway is started', () => {
    const files = { caFile: relative(process.cwd(), at('own.pem')), certFile: null, keyFile: null };
    expect(checkTlsFiles(files, Date.now())).toMatchObject([
      { field: 'caFile', rule: 'mqtt-tls-file', severity: 'warning', message: expect.stringContaining(at('own.pem')) },
    ]);
  });

  it('are warned of when their time has passed, or has not come', () => {
    expect(found({ ca: 'own.pem' }, 31 * dayMs)).toEqual([expect.stringMatching(/^warning caFile.*ended at/)]);
    expect(found({ ca: 'own.pem' }, -dayMs)).toEqual([expect.stringMatching(/^warning caFile.*begins only at/)]);
  });
});
