import { ObservedBook } from '@fieldwarden/alarms/testing';
import { DeskBoard } from '@fieldwarden/service';
import { collectingAudit, collectingLogger, testOrigin } from '@fieldwarden/testkit';
import { gatewayPrincipal } from '@fieldwarden/gateway-contract';
import { expect, it } from 'vitest';
import { ShutdownSteps } from '../process/shutdown-steps.js';
import { offerAlarmActs } from './offer-alarm-acts.js';

it('what people do at the desk of alarms is done as by REST, and audited whatever became of it (§13.4, §18.5)', async () => {
  const { book } = new ObservedBook();
  const [audit, desks, logger] = [collectingAudit(), new DeskBoard(), collectingLogger()];
  offerAlarmActs({ alarms: book, audit, desks, logging: { logger }, shutdownSteps: new ShutdownSteps() }, new Map());
  book.raise({ conditionId: 'restart-storm', subject: {} });
  const request = {
    act: 'acknowledge',
    driverId: null,
    device: null,
    conditionId: 'restart-storm',
    eventId: undefined,
    comment: 'seen',
  } as const;
  const origin = { ...testOrigin(), via: 'opcua', principal: gatewayPrincipal('anna', 'operator') };
  expect(await desks.alarms.act(request, origin)).toEqual({ outcome: 'done', status: 'Good' });
  expect(await desks.alarms.act(request, origin)).toEqual({
    outcome: 'rejected',
    status: 'BadConditionBranchAlreadyAcked',
  });
  const viewer = { ...origin, principal: gatewayPrincipal('ben', 'viewer') };
  await expect(desks.alarms.act(request, viewer)).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(desks.alarms.act({ ...request, conditionId: 'nobody' }, origin)).rejects.toMatchObject({
    code: 'ALARM_UNKNOWN',
  });
  expect(audit.entries.map(({ user, via, action, subject, outcome }) => [user, via, action, subject, outcome])).toEqual(
    [
      ['anna', 'opcua', 'alarm', 'restart-storm', 'done'],
      ['anna', 'opcua', 'alarm', 'restart-storm', 'rejected'],
      ['ben', 'opcua', 'alarm', 'restart-storm', 'refused'],
      ['anna', 'opcua', 'alarm', 'nobody', 'failed'],
    ],
  );
});
