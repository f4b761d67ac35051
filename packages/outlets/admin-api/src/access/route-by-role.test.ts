import { roles, type Role } from '@fieldwarden/gateway-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminRoutes } from '../routes/admin-routes.js';
import { adminRouter } from '../server/admin-app.js';
import type { Route } from '../server/route.js';
import { call, type Door } from '../testing/api-client.js';
import { TestServer } from '../testing/test-server.js';

/**
 * Route × role (SPEC §13.2): each route below the least role that may take it; the roles above it may, those below it, and nobody, may
 * not. `anyone`: without a token too. `socket`: nobody over TCP.
 */
const table = `
anyone
  GET /session  POST /session  DELETE /session  GET /session/oidc/start  GET /session/oidc/callback
viewer
  PUT /session/password  POST /session/totp  PUT /session/totp  DELETE /session/totp
  GET /status  GET /about  GET /openapi.json  GET /schema/plant
  GET /drivers  GET /drivers/:id  GET /drivers/:id/curves  GET /drivers/:id/plan  GET /drivers/:id/browse
  GET /drivers/:id/post-mortems  GET /drivers/:id/post-mortems/:postMortemId  GET /hosts
  GET /services  GET /services/:id  GET /services/:id/post-mortems  GET /services/:id/post-mortems/:postMortemId
  GET /tags  GET /tags/folders  GET /tags/value  GET /tags/watch  GET /tags/history  GET /trends  GET /history/tags
  GET /alarms  GET /alarms/journal  GET /alarms/statistics  GET /events  GET /drivers/:id/events  PUT /events/streams/:stream/tags
  GET /logs  GET /drivers/:id/logs  GET /services/:id/logs
  GET /config/draft  GET /config/diff  GET /config/generations  GET /config/generations/:generation
  GET /config/audit  GET /config/export  GET /certificates
  POST /config/validate  POST /config/diff  POST /config/import-csv  POST /config/import-kepware
operator
  PUT /tags/value  POST /alarms/acknowledge  POST /alarms/confirm  POST /alarms/comment  POST /alarms/shelve
  POST /alarms/unshelve  POST /alarms/enable  POST /alarms/disable  POST /alarms/out-of-service
  POST /alarms/in-service  POST /alarms/reset
engineer
  POST /drivers/:id/test  POST /drivers/:id/call
  POST /drivers/:id/start  POST /drivers/:id/stop  POST /drivers/:id/restart  POST /drivers/:id/reset
  POST /drivers/:id/recycle  POST /drivers/:id/promote  POST /drivers/:id/demote  POST /drivers/:id/reinitialize
  POST /services/:id/restart  POST /services/:id/requests/:name
  PUT /config/draft  DELETE /config/draft  POST /config/publish  POST /config/rollback
  POST /certificates/own/renew  POST /certificates/:thumbprint/trust  POST /certificates/:thumbprint/reject
  DELETE /certificates/:thumbprint  GET /audit  GET /audit/verify
admin
  GET /sessions  DELETE /sessions/:id
  GET /users  POST /users  PUT /users/:name  DELETE /users/:name  DELETE /users/:name/totp
  GET /tokens  POST /tokens  DELETE /tokens/:name
  GET /secrets  PUT /secrets/:name  DELETE /secrets/:name  POST /backup  POST /restore  GET /doctor
socket
  POST /shutdown
`;

type Least = 'anyone' | Role | 'socket';

function readTable(): ReadonlyMap<string, Least> {
  const least = new Map<string, Least>();
  let present: Least = 'anyone';
  for (const line of table.trim().split('\n')) {
    if (!line.startsWith(' ')) present = line as Least;
    else for (const name of line.trim().split(/ {2,}/)) least.set(name, present);
  }
  return least;
}

const leastOf = readTable();

const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`;

const callers = ['nobody', ...roles] as const;

/** What a caller hears, or undefined where the request goes on to its handler. */
function expected(least: Least, caller: (typeof callers)[number]): string | undefined {
  if (least === 'anyone') return undefined;
  if (caller === 'nobody') return 'UNAUTHENTICATED';
  if (least === 'socket') return 'SOCKET_ONLY';
  return roles.indexOf(caller) < roles.indexOf(least) ? 'NOT_PERMITTED' : undefined;
}

describe('route × role (§13.2)', () => {
  let server: TestServer;
  const doors = new Map<string, Door>();

  beforeAll(async () => {
    const plenty = { burst: 10_000, perSecond: 10_000 };
    server = await TestServer.start({
      limits: { signIn: plenty, sessions: plenty, changes: plenty },
      withoutToken: true,
    });
    doors.set('nobody', { port: server.port });
    for (const role of roles) {
      doors.set(role, { port: server.port, token: await server.tokens.create({ name: role, role }) });
    }
  });

  afterAll(async () => await server[Symbol.asyncDispose]());

  it('has every route in its table, and none that is not there', () => {
    expect([...leastOf.keys()].sort()).toEqual(adminRoutes.map(nameOf).sort());
  });

  it('lets no server start that has a route without a rule', () => {
    const { permission: _, ...ruleless } = adminRoutes.find(({ path }) => path === '/about')!;
    const deps = { credentials: {}, bodies: {} } as Parameters<typeof adminRouter>[0];
    expect(() => adminRouter(deps, [ruleless as Route])).toThrow('GET /about says nothing of the permission');
    expect(() => adminRouter(deps, [{ ...ruleless, permission: 'look' as never }])).toThrow('GET /about');
  });

  it.each(adminRoutes.map((route) => [nameOf(route), route] as const))('%s', async (name, { method, path }) => {
    const heard: Record<string, string | undefined> = {};
    for (const caller of callers) {
      // Nothing that is there: whether it exists does not matter for who may ask, and nothing of the test is removed.
      const address = path.replaceAll(/:\w+/g, 'of-no-such-name');
      const request = { method: method.toUpperCase(), headers: { accept: 'application/json' } };
      const { status, json } = await call(doors.get(caller)!, address, request);
      const { code, detail } = (json ?? {}) as { readonly code?: string; readonly detail?: string };
      heard[caller] = [401, 403].includes(status) && leastOf.get(name) !== 'anyone' ? code : undefined;
      if (heard[caller] === 'NOT_PERMITTED') expect(detail).toMatch(/it takes the permission [a-z]+/);
    }
    const least = leastOf.get(name)!;
    expect(heard).toEqual(Object.fromEntries(callers.map((caller) => [caller, expected(least, caller)])));
  });
});
