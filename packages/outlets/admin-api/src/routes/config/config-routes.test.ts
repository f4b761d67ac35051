import { userInfo } from 'node:os';
import { GatewayError } from '@fieldwarden/core';
import { describe, expect, test } from 'vitest';
import { leaveVisitorFile, visitorHeader } from '../../access/visitor-file.js';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';

const post = (body: unknown) => ({ method: 'POST', body });

describe('configuration over the Admin API (§7.2)', () => {
  test('a publish says who wanted it and why, over the socket and with a token', async () => {
    await using server = await TestServer.start();
    const publish = post({ message: 'faster', document: { version: 1 }, expectedRevision: 1 });
    expect(await call(server.socket, '/config/publish', publish)).toMatchObject({
      status: 200,
      json: { generation: 2 },
    });
    await call(server.tcp, '/config/publish', { ...publish, headers: { 'x-correlation-id': 'c-9' } });
    const visitor = await leaveVisitorFile(server.home);
    const named = { ...publish, headers: { [visitorHeader]: visitor!.nonce } };
    await call(server.socket, '/config/publish', named);
    await call(server.tcp, '/config/publish', named);
    expect(server.control.config.published.map(({ by }) => [by.name, by.via])).toEqual([
      ['local', 'socket'],
      ['test', 'rest'],
      [userInfo().username, 'socket'],
      ['test', 'rest'],
    ]);
    expect(server.control.config.published[1].by.correlationId).toBe('c-9');
    expect(server.control.config.published[0].request).toEqual({
      message: 'faster',
      document: { version: 1 },
      expectedRevision: 1,
    });
  });

  test('a publish warns of areas of accounts and tokens in which no tag lies', async () => {
    await using server = await TestServer.start();
    await server.addUser('oli', 'operator', ['packaging/**', 'packagng/**']);
    await server.tokens.create({ name: 'mes', areas: ['gone/*'] });
    const { json } = await call(server.socket, '/config/publish', post({ message: 'm', document: { version: 1 } }));
    expect((json as { findings: unknown }).findings).toMatchObject([
      {
        rule: 'area-without-tag',
        message: 'the account oli is for packagng/**, where no tag lies',
        severity: 'warning',
      },
      { message: 'the token mes is for gone/*, where no tag lies' },
    ]);
  });

  test.each([
    ['a publish without a message', '/config/publish', { document: {} }, 'message'],
    ['a message of blanks', '/config/publish', { message: '  ' }, 'message'],
    ['text and document at once', '/config/publish', { message: 'm', document: {}, text: '' }, 'both'],
    ['a revision that is none', '/config/publish', { message: 'm', expectedRevision: 'x' }, 'expectedRevision'],
    ['a rollback to nowhere', '/config/rollback', {}, 'generation'],
    ['a table that is no text', '/config/import-csv', { csv: 1 }, 'csv'],
    ['a mode that there is not', '/config/import-csv', { csv: '', mode: 'append' }, 'mode'],
    ['tags of Kepware for no device', '/config/import-kepware', { tags: '', driverId: 'a' }, 'deviceId'],
  ])('%s is refused with 400', async (_says, path, body, word) => {
    await using server = await TestServer.start();
    const answer = await call(server.socket, path, post(body));
    expect(answer).toMatchObject({ status: 400, json: { detail: expect.stringContaining(word) as string } });
    expect(server.control.config.published).toEqual([]);
  });

  test('what the gateway refuses comes back with its findings, a remedy and the right status', async () => {
    await using server = await TestServer.start();
    const finding = { path: 'site', rule: 'format', message: 'no', severity: 'error' };
    const refused = Object.assign(
      new GatewayError({ code: 'DOCUMENT_REFUSED', kind: 'config', message: 'it has 1 error' }),
      { findings: [finding] },
    );
    const cases = [
      [refused, 422],
      [new GatewayError({ code: 'REVISION_STALE', kind: 'rejected', message: 'moved on' }), 409],
      [new GatewayError({ code: 'AUTHORITY_UNREACHABLE', kind: 'unreachable', message: 'away' }), 503],
    ] as const;
    for (const [refusal, status] of cases) {
      server.control.config.refusal = refusal;
      const { json, status: answered } = await call(server.socket, '/config/publish', post({ message: 'm' }));
      expect(answered).toBe(status);
      expect(json).toMatchObject({ code: refusal.code, remedy: expect.any(String) as string });
      if (refusal === refused) expect(json).toMatchObject({ findings: [finding] });
    }
  });

  test('a draft is kept as it is and goes with its revision', async () => {
    await using server = await TestServer.start();
    const save = (body: unknown) => call(server.socket, '/config/draft', { method: 'PUT', body });
    expect(await save({ text: 'not: [valid', expectedRevision: 1 })).toMatchObject({
      json: { revision: 2, text: 'not: [valid' },
    });
    expect(await save({ text: 'late', expectedRevision: 1 })).toMatchObject({ status: 409 });
    expect(await save({})).toMatchObject({ status: 400 });
    expect(await call(server.socket, '/config/draft', { method: 'DELETE' })).toMatchObject({ json: { edited: false } });
  });

  test('comparisons name generations, the running one, the draft, or bring a document', async () => {
    await using server = await TestServer.start();
    for (const query of ['', '?from=3&to=4', '?from=draft&to=running'])
      await call(server.socket, `/config/diff${query}`);
    await call(server.socket, '/config/diff', post({ from: 2, text: 'version: 1' }));
    await call(server.socket, '/config/diff', post({ document: { version: 1 } }));
    expect(server.control.config.compared).toEqual([
      { from: 'running', to: 'draft' },
      { from: 3, to: 4 },
      { from: 'draft', to: 'running' },
      { from: 2, to: { text: 'version: 1' } },
      { from: 'running', to: { document: { version: 1 } } },
    ]);
    expect(await call(server.socket, '/config/diff?from=x')).toMatchObject({ status: 400 });
  });

  test('a generation that does not exist is a 404; generations come page by page', async () => {
    await using server = await TestServer.start();
    expect(await call(server.socket, '/config/generations/7')).toMatchObject({
      status: 404,
      json: { code: 'GENERATION_UNKNOWN' },
    });
    expect(await call(server.socket, '/config/generations/x')).toMatchObject({ status: 400 });
    for (const message of ['b', 'c']) await call(server.socket, '/config/publish', post({ message }));
    const first = await call(server.socket, '/config/generations?limit=2');
    expect(first.json).toMatchObject({
      running: 3,
      nextCursor: '2',
      generations: [{ generation: 3 }, { generation: 2 }],
    });
    expect((await call(server.socket, '/config/generations?limit=2&cursor=2')).json).toMatchObject({
      generations: [{ generation: 1 }],
    });
  });

  test('tables of tags go on with what they were sent with', async () => {
    await using server = await TestServer.start();
    await call(server.socket, '/config/import-csv', post({ csv: 'path\n', mode: 'merge', text: 'version: 1' }));
    const kepware = { tags: 'Tag Name\n', driverId: 'a', deviceId: 'b', prefix: 'line', mode: 'replace' };
    await call(server.socket, '/config/import-kepware', post(kepware));
    expect(server.control.config.csvImports[0]).toEqual({ csv: 'path\n', mode: 'merge', text: 'version: 1' });
    expect(server.control.config.kepwareImports).toEqual([kepware]);
    expect(server.control.config.published).toEqual([]);
  });

  test('an export is the text itself under its own media type', async () => {
    await using server = await TestServer.start();
    const csv = await call(server.socket, '/config/export?format=csv&generation=4');
    expect([csv.text, csv.headers['content-type']]).toEqual(['csv of generation 4\n', 'text/csv; charset=utf-8']);
    expect((await call(server.socket, '/config/export')).text).toBe('yaml of generation running\n');
    expect(await call(server.socket, '/config/export?format=xml')).toMatchObject({ status: 400 });
  });

  test('documents may be large, other bodies may not', async () => {
    await using server = await TestServer.start();
    const text = `# ${'x'.repeat(5 << 20)}`;
    expect(await call(server.socket, '/config/validate', post({ text }))).toMatchObject({ status: 200 });
    expect(server.control.config.validated).toEqual([{ text }]);
    expect(await call(server.socket, '/config/rollback', post({ generation: 1, message: text }))).toMatchObject({
      status: 413,
    });
  });
});
