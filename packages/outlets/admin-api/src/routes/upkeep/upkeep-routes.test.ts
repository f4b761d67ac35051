import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(async () => await server[Symbol.asyncDispose]());

/** With a body that is no JSON, and an answer that may be none. */
async function sent(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number | undefined; bytes: Buffer }> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ socketPath: server.socketPath, method: 'POST', path: `/api/v1${path}`, headers }, resolve);
    asked.on('error', reject);
    asked.end(body);
  });
  return { status: message.statusCode, bytes: await buffer(message) };
}

describe('secrets', () => {
  it('are set, listed by name and removed; no answer has a value', async () => {
    const set = await call(server.socket, '/secrets/plc', { method: 'PUT', body: { value: 'hunter2' } });
    const list = await call(server.socket, '/secrets');
    expect([set.status, set.json, server.control.upkeep.kept.get('plc')]).toEqual([200, { schema: 'fieldwarden/secret@1', name: 'plc', kept: true }, 'hunter2']); // prettier-ignore
    expect(list.json).toMatchObject({ secrets: [{ name: 'plc' }] });
    expect(JSON.stringify([set.json, list.json])).not.toContain('hunter2');
    expect((await call(server.socket, '/secrets/plc', { method: 'DELETE' })).status).toBe(200);
    const again = await call(server.socket, '/secrets/plc', { method: 'DELETE' });
    expect([again.status, again.json]).toMatchObject([404, { code: 'SECRET_UNKNOWN' }]);
  });

  it('that cannot be kept are refused', async () => {
    const long = await call(server.socket, `/secrets/${'x'.repeat(65)}`, { method: 'PUT', body: { value: 'a' } });
    expect([long.status, long.json]).toMatchObject([422, { code: 'SECRET_NAME' }]);
    expect((await call(server.socket, '/secrets/plc', { method: 'PUT', body: { value: '' } })).status).toBe(400);
  });
});

describe('a backup', () => {
  const json = { 'content-type': 'application/json' };

  it('comes as a stream of bytes', async () => {
    const { status, bytes } = await sent('/backup', '{"outbox":true}', json);
    expect([status, bytes.toString()]).toEqual([200, 'backup']);
    expect(server.control.upkeep.wishes).toEqual([{ outbox: true }]);
  });

  it('that cannot be made is refused in words, before a byte is sent', async () => {
    const refused = await call(server.socket, '/backup', { method: 'POST', body: { passphrase: 'password' } });
    expect([refused.status, refused.json]).toMatchObject([422, { code: 'BACKUP_INCOMPLETE' }]);
    expect((await call(server.socket, '/backup', { method: 'POST', body: { passphrase: 'short' } })).status).toBe(400);
  });

  it('that breaks off half-way breaks the connection: nobody takes it for whole', async () => {
    server.control.upkeep.breaks = true;
    await expect(sent('/backup', '{}', json)).rejects.toThrow('aborted');
  });

  it('is proved when it is sent back, and staged only when that is confirmed', async () => {
    const file = { 'content-type': 'application/octet-stream', 'x-fieldwarden-passphrase': 'gr%C3%BCn' };
    const looked = await sent('/restore', 'backup', file);
    expect(JSON.parse(looked.bytes.toString())).toMatchObject({
      schema: 'fieldwarden/restore@1',
      staged: false,
      files: 1,
    });
    const staged = await sent('/restore?confirm=true', 'backup', file);
    expect(JSON.parse(staged.bytes.toString())).toMatchObject({ staged: true });
    expect(server.control.upkeep.restored).toEqual([
      { bytes: 'backup', passphrase: 'grün', confirmed: false },
      { bytes: 'backup', passphrase: 'grün', confirmed: true },
    ]);
    expect((await call(server.socket, '/restore', { method: 'POST', body: {} })).status).toBe(415);
    expect((await sent('/restore', 'x', { ...file, 'x-fieldwarden-passphrase': '%' })).status).toBe(400);
  });
});

it('what is weak is said row by row', async () => {
  const { json } = await call(server.socket, '/doctor');
  expect(json).toEqual({ schema: 'fieldwarden/doctor@1', checks: server.control.upkeep.checks });
});
