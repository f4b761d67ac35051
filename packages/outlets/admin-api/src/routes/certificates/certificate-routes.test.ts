import { expect, test } from 'vitest';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';

test('lists certificates (§13.3)', async () => {
  await using server = await TestServer.start();
  const { certificates } = server.control.certificates;
  expect((await call(server.socket, '/certificates')).json).toEqual({
    schema: 'fieldwarden/certificates@1',
    certificates,
    unreadable: [],
  });
});

test('trusts, rejects and removes one, with who asked', async () => {
  await using server = await TestServer.start();
  const { certificates } = server.control;
  const post = { method: 'POST', body: {} };
  const trusted = await call(server.socket, '/certificates/A1B2C3/trust', post);
  expect(trusted).toMatchObject({
    status: 200,
    json: { schema: 'fieldwarden/certificate@1', certificate: { store: 'trusted' }, applied: true },
  });
  certificates.applied = false;
  const rejected = await call(server.tcp, '/certificates/A1B2C3/reject', post);
  expect(rejected.json).toMatchObject({ certificate: { store: 'rejected' }, applied: false });
  expect((await call(server.socket, '/certificates/A1B2C3', { method: 'DELETE' })).status).toBe(200);
  expect(certificates.acts.map(({ act, origin: { via } }) => `${via} ${act.split(' ')[0]}`)).toEqual([
    'socket trust',
    'rest reject',
    'socket remove',
  ]);
  const gone = await call(server.socket, '/certificates/A1B2C3/trust', post);
  expect(gone).toMatchObject({
    status: 404,
    json: { code: 'CERTIFICATE_UNKNOWN', remedy: expect.stringContaining('certs list') as string },
  });
});

test('renews an own certificate, and takes no other word for which', async () => {
  await using server = await TestServer.start();
  const renew = (body: object) => call(server.socket, '/certificates/own/renew', { method: 'POST', body });
  expect((await renew({ use: 'tls' })).json).toEqual({ schema: 'fieldwarden/certificate-renewed@1', use: 'tls' });
  expect((await renew({ use: 'mqtt' })).status).toBe(400);
  expect(server.control.certificates.acts.map(({ act }) => act)).toEqual(['renew tls']);
});
