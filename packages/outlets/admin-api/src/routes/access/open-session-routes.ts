import { shownIdOf } from '@fieldwarden/accounts';
import type { SessionEnded, SessionList } from '@fieldwarden/admin-contract';
import { jsonResponse, pathParameter } from '../../openapi/operation.js';
import { pathText } from '../../server/request-parameters.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

/** The sessions of consoles, as an admin sees them. */
export const openSessionRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions',
    permission: 'users',
    operation: {
      operationId: 'listSessions',
      summary: 'The console sessions that are open.',
      tags: ['access'],
      responses: { 200: jsonResponse('The last used first.', 'SessionList') },
    },
    handle: listSessions,
  },
  {
    method: 'delete',
    path: '/sessions/:id',
    permission: 'users',
    audited: { action: 'session', subject: ({ request }) => pathText(request, 'id') },
    operation: {
      operationId: 'endSession',
      summary: 'Ends a session, and the streams that it has open.',
      tags: ['access'],
      parameters: [pathParameter('id', 'As the list shows it.')],
      responses: { 200: jsonResponse('Ended.', 'SessionEnded') },
    },
    handle: endSession,
  },
];

function listSessions({ requester, credentials: { access } }: HttpExchange): Answer {
  const { sessions } = access;
  const own = requester.session && sessions.use(requester.session.id);
  const open = sessions
    .list()
    .filter((session) => access.holderOf(session) !== undefined)
    .sort((a, b) => b.usedAtMs - a.usedAtMs);
  return ok({
    schema: 'fieldwarden/sessions@1',
    sessions: open.map((session) => ({
      id: shownIdOf(session),
      user: session.name,
      openedAt: timeOf(session.openedAtMs),
      usedAt: timeOf(session.usedAtMs),
      expiresAt: timeOf(sessions.expiresAtMs(session)),
      from: session.from || null,
      own: own?.sha256 === session.sha256,
    })),
  } satisfies SessionList);
}

async function endSession({ request, credentials: { access }, logger, correlationId }: HttpExchange): Promise<Answer> {
  const id = pathText(request, 'id');
  const ended = await access.sessions.endShown(id);
  if (!ended) throw sessionUnknown(id);
  access.changed();
  logger.info(`a session of ${ended.name} was ended`, { correlationId });
  return ok({ schema: 'fieldwarden/session-ended@1', id, user: ended.name } satisfies SessionEnded);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function sessionUnknown(id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'SESSION_UNKNOWN',
    detail: `no session has the id ${JSON.stringify(id)}, or it has ended`,
    remedy: '`fieldwarden sessions list` names those that are open (GET /api/v1/sessions).',
  });
}
