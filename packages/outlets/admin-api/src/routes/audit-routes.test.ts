import { describe, expect, it } from 'vitest';
import { call } from '../testing/api-client.js';
import { auditRow } from '../testing/samples.js';
import { TestServer } from '../testing/test-server.js';
import { adminRoutes } from './admin-routes.js';

describe('GET /audit (§13.4)', () => {
  it('passes every filter on, and gives a page with the place of the next', async () => {
    await using server = await TestServer.start();
    server.control.audit.rows = [3, 2, 1].map((seq) => auditRow({ seq }));
    const first = await call(server.socket, '/audit?limit=2');
    expect(first.json).toMatchObject({ schema: 'fieldwarden/audit@1', rows: [{ seq: 3 }, { seq: 2 }], next: '2' });
    expect((await call(server.socket, '/audit?limit=2&cursor=2')).json).toMatchObject({
      rows: [{ seq: 1 }],
      next: null,
    });
    const all =
      'user=anna&path=packaging/**&action=write&outcome=not-sent&via=opcua&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z';
    await call(server.socket, `/audit?${all}`);
    expect(server.control.audit.queries.at(-1)).toEqual({
      user: 'anna',
      path: 'packaging/**',
      action: 'write',
      outcome: 'not-sent',
      via: 'opcua',
      fromMs: Date.UTC(2030, 0, 1),
      toMs: Date.UTC(2030, 0, 2),
      limit: 100,
    });
  });

  it.each(['action=dance', 'outcome=perhaps', 'limit=0', 'limit=1001', 'from=yesterday'])(
    'refuses ?%s',
    async (query) => {
      await using server = await TestServer.start();
      expect(await call(server.socket, `/audit?${query}`)).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
    },
  );

  it('is for who holds the permission audit', () => {
    const permissions = adminRoutes.filter(({ path }) => path.startsWith('/audit')).map(({ permission }) => permission);
    expect(permissions).toEqual(['audit', 'audit']);
  });
});
