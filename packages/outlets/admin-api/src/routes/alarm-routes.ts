import type { AcknowledgeAnswer } from '@fieldwarden/admin-contract';
import type { ComponentName } from '@fieldwarden/admin-contract/components';
import { acknowledgeRequest, shelveRequest } from '@fieldwarden/admin-contract/requests';
import { stateTransitions } from '@fieldwarden/alarms';
import type { AlarmActName, AlarmActRequest } from '@fieldwarden/service';
import { originOf } from '../access/requester.js';
import type { AlarmJournalQuery } from '../control/alarm-control.js';
import { jsonBody, jsonResponse, queryParameter } from '../openapi/operation.js';
import { bodyField } from '../server/audited-requests.js';
import { readJson } from '../server/read-json.js';
import { flag, timeMs, wholeNumber } from '../server/request-parameters.js';
import { badQuery } from '../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../server/route.js';
import { acted } from './acted.js';

const rowCount = { fallback: 100, min: 1, max: 1_000 };

/** A cursor of the journal. */
const anySeq = { fallback: 0, min: 0, max: Number.MAX_SAFE_INTEGER };

const operationIds = {
  acknowledge: 'acknowledgeAlarm',
  confirm: 'confirmAlarm',
  comment: 'commentAlarm',
  shelve: 'shelveAlarm',
  unshelve: 'unshelveAlarm',
  enable: 'enableAlarm',
  disable: 'disableAlarm',
  'out-of-service': 'takeAlarmOutOfService',
  'in-service': 'takeAlarmIntoService',
  reset: 'resetAlarm',
} as const;

export const alarmRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/alarms',
    permission: 'view',
    operation: {
      operationId: 'listAlarms',
      summary:
        'The alarms of devices, of the gateway and of the plant that are of interest now, the most urgent first.',
      tags: ['alarms'],
      parameters: [
        queryParameter('all', 'Also those that are normal: shelved, disabled, out of service, or quiet.', {
          type: 'boolean',
        }),
      ],
      responses: { 200: jsonResponse('The alarms. Changes of them come as `alarm` events.', 'AlarmList') },
    },
    handle: ({ control, query }) => ok(control.alarms.list({ all: flag(query, 'all') })),
  },
  {
    method: 'get',
    path: '/alarms/journal',
    permission: 'view',
    operation: {
      operationId: 'listAlarmJournal',
      summary: 'Every transition of every alarm, the newest first.',
      tags: ['alarms'],
      parameters: [
        queryParameter('from', 'Rows of this time or later.', { type: 'string', format: 'date-time' }),
        queryParameter('to', 'Rows before this time.', { type: 'string', format: 'date-time' }),
        queryParameter('id', 'Of this condition.', { type: 'string' }),
        queryParameter('area', 'Of this area and those within it, `packaging`.', { type: 'string' }),
        queryParameter('transition', 'Only this one.', { type: 'string', enum: stateTransitions }),
        queryParameter('text', 'Part of the id, message, user or note, in any case.', { type: 'string' }),
        queryParameter('limit', 'Rows per page.', {
          type: 'integer',
          minimum: rowCount.min,
          maximum: rowCount.max,
          default: rowCount.fallback,
        }),
        queryParameter('cursor', '`next` of the page before.', { type: 'string' }),
      ],
      responses: { 200: jsonResponse('One page.', 'AlarmJournal') },
    },
    handle: async (exchange) => ok(await exchange.control.alarms.journal(journalQuery(exchange))),
  },
  {
    method: 'get',
    path: '/alarms/statistics',
    permission: 'view',
    operation: {
      operationId: 'readAlarmStatistics',
      summary:
        'How the alarms of this plant are to live with: floods, the most frequent, standing, chattering, answers.',
      tags: ['alarms'],
      responses: { 200: jsonResponse('Figures of the last ten minutes and the last 24 hours.', 'AlarmStatistics') },
    },
    handle: ({ control }) => ok(control.alarms.statistics()),
  },
  actRoute('acknowledge', 'Tells a device, or the gateway, that somebody has seen an alarm.'),
  actRoute('confirm', 'Says that what an alarm asked for was done; for classes that ask for it.'),
  actRoute('comment', 'Writes a note to an alarm.'),
  actRoute('shelve', 'Sets an alarm aside for a time, at most 8 hours; takes a note.', 'ShelveRequest'),
  actRoute('unshelve', 'Takes an alarm back from the shelf.'),
  actRoute('enable', 'Has a condition become active again.'),
  actRoute('disable', 'Has a condition not become active any more; takes a note.'),
  actRoute('out-of-service', 'Takes an alarm out of service, for maintenance: nobody is called for it; takes a note.'),
  actRoute('in-service', 'Takes an alarm back into service.'),
  actRoute('reset', 'Ends a latched alarm whose cause is gone, after it was acknowledged.'),
];

function actRoute(
  act: Exclude<AlarmActName, 'shelve-once'>,
  summary: string,
  body: ComponentName = 'AcknowledgeRequest',
): Route {
  return {
    method: 'post',
    path: `/alarms/${act}`,
    permission: 'acknowledge',
    audited: {
      action: 'alarm',
      subject: (exchange) =>
        ['driverId', 'device', 'conditionId']
          .map((name) => bodyField(exchange, name))
          .filter(Boolean)
          .join('/'),
      after: (exchange) => ({ [act]: true, ...shelving(act, exchange), comment: bodyField(exchange, 'comment') }),
    },
    operation: {
      operationId: operationIds[act],
      summary,
      tags: ['alarms'],
      requestBody: jsonBody(body),
      responses: { 200: jsonResponse('It was tried; `outcome` says what became of it.', 'Acknowledgement') },
    },
    handle: async (exchange) => await carryOut(act, exchange),
  };
}

function shelving(act: AlarmActName, exchange: HttpExchange): object {
  return act === 'shelve' ? { forMs: bodyField(exchange, 'forMs'), once: bodyField(exchange, 'once') } : {};
}

async function carryOut(act: Exclude<AlarmActName, 'shelve-once'>, exchange: HttpExchange): Promise<Answer> {
  const { control } = exchange;
  const request = act === 'shelve' ? shelveAct(exchange) : seenAlarm(act, exchange);
  const { driverId, device, conditionId } = request;
  return await acted(
    exchange,
    `${act} of alarm ${conditionId}`,
    async () => await control.alarms.act(request, originOf(exchange)),
    (outcome) =>
      ({
        schema: 'fieldwarden/acknowledgement@1',
        driverId,
        device,
        conditionId,
        ...outcome,
      }) satisfies AcknowledgeAnswer,
  );
}

function seenAlarm(act: AlarmActName, { request }: HttpExchange): AlarmActRequest {
  const { driverId, device, conditionId, eventId, comment } = readJson(request, acknowledgeRequest);
  return {
    act,
    driverId: driverId || null,
    device: device || null,
    conditionId,
    eventId: eventId || undefined,
    comment: comment ?? '',
  };
}

function shelveAct(exchange: HttpExchange): AlarmActRequest {
  const { forMs, once } = readJson(exchange.request, shelveRequest);
  return { ...seenAlarm(once === true ? 'shelve-once' : 'shelve', exchange), forMs: forMs ?? undefined };
}

function journalQuery({ query }: HttpExchange): AlarmJournalQuery {
  const text = (name: string): string | undefined => query.get(name) || undefined;
  const transition = stateTransitions.find((each) => each === text('transition'));
  if (transition === undefined && text('transition') !== undefined) {
    throw badQuery(`transition is one of ${stateTransitions.join(', ')}, not ${JSON.stringify(text('transition'))}`);
  }
  return {
    fromMs: text('from') === undefined ? undefined : timeMs(query, 'from', 0),
    toMs: text('to') === undefined ? undefined : timeMs(query, 'to', 0),
    id: text('id'),
    area: text('area'),
    transition,
    text: text('text'),
    limit: wholeNumber(query, 'limit', rowCount),
    beforeSeq: text('cursor') === undefined ? undefined : wholeNumber(query, 'cursor', anySeq),
  };
}
