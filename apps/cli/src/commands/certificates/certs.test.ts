import { TestServer } from '@fieldwarden/admin-api/testing';
import { expect, test } from 'vitest';
import { runHere } from '../../testing/run-here.js';

const on = ({ home }: TestServer) => ({ FIELDWARDEN_HOME: home });

test('certs list is a table, the same as certs alone, and says how to let a client in', async () => {
  await using server = await TestServer.start();
  const { code, stdout, stderr } = await runHere(['certs', 'list'], on(server));
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toMatch(/^STORE +USE +THUMBPRINT +ENDS +LAST SEEN +FROM +SUBJECT$/);
  expect(stdout.split('\n')[1]).toMatch(/^rejected +opcua +A1B2C3D4E5F6 +2031-01-01 .+ 192\.0\.2\.7 +CN=press-1$/);
  expect(stderr).toContain('certs trust THUMBPRINT');
  expect((await runHere(['certs'], on(server))).stdout).toBe(stdout);
  const json = JSON.parse((await runHere(['certs', '--json'], on(server))).stdout) as unknown;
  expect(json).toMatchObject({ schema: 'fieldwarden/certificates@1', certificates: [{ store: 'rejected' }] });
});

test('certs trust, reject and remove take the beginning of a thumbprint, and say what follows', async () => {
  await using server = await TestServer.start();
  const { certificates } = server.control;
  const trusted = await runHere(['certs', 'trust', 'A1B2'], on(server));
  expect(trusted).toMatchObject({ code: 0, stderr: '' });
  expect(trusted.stdout).toMatch(/^A1B2.* of CN=press-1 is trusted: its client gets in at its next attempt\.$/m);
  certificates.applied = false;
  const rejected = await runHere(['certs', 'reject', 'A1B2'], on(server));
  expect(rejected.stderr).toContain('from its next start on');
  expect((await runHere(['certs', 'remove', 'A1B2', '--json'], on(server))).stdout).toContain('"certificate":{');
  expect(certificates.acts.map(({ act }) => act.split(' ')[0])).toEqual(['trust', 'reject', 'remove']);
  const gone = await runHere(['certs', 'trust', 'A1B2'], on(server));
  expect(gone.code).toBe(1);
  expect(gone.stderr).toMatch(/No certificate has a thumbprint that begins with "A1B2".*\n.*certs list/s);
});

test('certs own shows what others compare, and renews the one that is named', async () => {
  await using server = await TestServer.start();
  const { certificates } = server.control;
  const [sample] = certificates.certificates;
  certificates.certificates = [
    { ...sample, store: 'own', use: 'opcua' },
    { ...sample, store: 'own', use: 'tls', applicationUri: null, key: 'EC P-256', keyFingerprint: 'SHA256:xyz' },
  ];
  const { stdout } = await runHere(['certs', 'own'], on(server));
  expect(stdout).toMatch(
    /^OPC UA server\n.*application +urn:press-1\n\nConsole and Admin API \(TLS\)\n.*EC P-256, fingerprint SHA256:xyz\n/s,
  );
  expect((await runHere(['certs', 'own', '--renew'], on(server))).stderr).toMatch(/--use opcua .*or --use tls/);
  expect((await runHere(['certs', 'own', '--renew', '--use', 'tls'], on(server))).code).toBe(0);
  expect(certificates.acts.map(({ act }) => act)).toEqual(['renew tls']);
});
