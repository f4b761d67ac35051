import { describe, expect, it } from 'vitest';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';

const post = (server: TestServer, body: object) =>
  call(server.socket, '/expressions/check', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('internal tags and expressions over REST (§17)', () => {
  it('lists internal tags', async () => {
    await using server = await TestServer.start();
    expect(await call(server.socket, '/internal-tags', {})).toMatchObject({
      status: 200,
      json: { schema: 'fieldwarden/internal-tags@1', tags: server.control.automation.tags },
    });
  });

  it('passes an expression on, with the tag that it is for', async () => {
    await using server = await TestServer.start();
    expect(await post(server, { expression: '1 + 1', path: 'line/x' })).toMatchObject({
      status: 200,
      json: { schema: 'fieldwarden/expression-check@1', ok: true, value: 2, findings: [{ column: 1 }] },
    });
    await post(server, { expression: '{a}' });
    expect(server.control.automation.asked).toEqual([
      ['1 + 1', 'line/x'],
      ['{a}', null],
    ]);
  });

  it('refuses a body without an expression', async () => {
    await using server = await TestServer.start();
    expect(await post(server, { path: 'line/x' })).toMatchObject({ status: 400 });
  });
});
