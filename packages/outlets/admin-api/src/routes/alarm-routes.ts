import type { AcknowledgeAnswer } from '@fieldwarden/admin-contract';
import { acknowledgeRequest } from '@fieldwarden/admin-contract/requests';
import { originOf } from '../access/requester.js';
import type { SeenAlarm } from '../control/alarm-control.js';
import { jsonBody, jsonResponse } from '../openapi/operation.js';
import { bodyField } from '../server/audited-requests.js';
import { readJson } from '../server/read-json.js';
import { ok, type Answer, type HttpExchange, type Route } from '../server/route.js';
import { acted } from './acted.js';

export const alarmRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/alarms',
    permission: 'view',
    operation: {
      operationId: 'listAlarms',
      summary: 'The alarms of devices and of the gateway that are of interest now, the most urgent first.',
      tags: ['alarms'],
      responses: { 200: jsonResponse('The alarms. Changes of them come as `alarm` events.', 'AlarmList') },
    },
    handle: ({ control }) => ok(control.alarms.list()),
  },
  {
    method: 'post',
    path: '/alarms/acknowledge',
    permission: 'acknowledge',
    audited: {
      action: 'alarm',
      subject: (exchange) =>
        ['driverId', 'device', 'conditionId']
          .map((name) => bodyField(exchange, name))
          .filter(Boolean)
          .join('/'),
      after: (exchange) => ({ acknowledge: true, comment: bodyField(exchange, 'comment') }),
    },
    operation: {
      operationId: 'acknowledgeAlarm',
      summary: 'Tells a device, or the gateway, that somebody has seen an alarm.',
      tags: ['alarms'],
      requestBody: jsonBody('AcknowledgeRequest'),
      responses: { 200: jsonResponse('It was tried; `outcome` says what became of it.', 'Acknowledgement') },
    },
    handle: acknowledge,
  },
];

async function acknowledge(exchange: HttpExchange): Promise<Answer> {
  const { control } = exchange;
  const alarm = seenAlarm(exchange);
  const { driverId, device, conditionId } = alarm;
  return await acted(
    exchange,
    `acknowledging alarm ${conditionId}`,
    async () => await control.alarms.acknowledge(alarm, originOf(exchange)),
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

function seenAlarm({ request }: HttpExchange): SeenAlarm {
  const { driverId, device, conditionId, eventId, comment } = readJson(request, acknowledgeRequest);
  return {
    driverId: driverId || null,
    device: device || null,
    conditionId,
    eventId: eventId || undefined,
    comment: comment ?? '',
  };
}
