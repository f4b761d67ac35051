import { tellDevice } from '@fieldwarden/admin-api/answers';
import { AlarmActs, type AlarmActOutcome } from '@fieldwarden/alarms';
import { isGatewayError, messageOf } from '@fieldwarden/core';
import {
  auditedName,
  type AuditEntry,
  type AuditOutcome,
  type AuditTrail,
  type Origin,
} from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import type { AlarmActAnswer, AlarmActRequest } from '@fieldwarden/service';
import type { CommonDependencies } from '../process/common-dependencies.js';

type Offering = Pick<CommonDependencies, 'alarms' | 'desks' | 'shutdownSteps'> & {
  readonly audit: AuditTrail;
  readonly logging: Pick<CommonDependencies['logging'], 'logger'>;
};

/** What people do about alarms: for the Admin API, and at the desk for services by which people come in; what is done there is audited here. */
export function offerAlarmActs(
  { alarms, audit, desks, logging, shutdownSteps }: Offering,
  instances: ReadonlyMap<string, DriverInstance>,
): AlarmActs {
  const acts = new AlarmActs({
    book: alarms,
    tellDevice: (seen, correlationId) => tellDevice(instances, seen, correlationId),
    logger: logging.logger,
  });
  const act = async (request: AlarmActRequest, origin: Origin): Promise<AlarmActAnswer> => {
    const record = (outcome: AuditOutcome, reason?: string): void =>
      audit.record({ ...entryOf(request, origin), outcome, ...(reason !== undefined && { reason }) });
    try {
      const answer = await acts.act(request, origin);
      record(answer.outcome, answer.outcome === 'done' ? undefined : (answer.message ?? answer.status));
      return toldOf(answer);
    } catch (error) {
      const isRefused = isGatewayError(error) && error.kind === 'forbidden';
      record(isRefused ? 'refused' : 'failed', messageOf(error));
      throw error;
    }
  };
  const offer = desks.offers.alarms({ act });
  shutdownSteps.add('alarm desk', () => offer[Symbol.dispose]());
  return acts;
}

/** What was not answered was told and nothing more is known. */
function toldOf({ outcome, status }: AlarmActOutcome): AlarmActAnswer {
  if (outcome === 'unknown') return { outcome: 'sent', status };
  return { outcome: outcome === 'done' ? 'done' : 'rejected', status };
}

function entryOf(
  { act, driverId, device, conditionId, comment, forMs }: AlarmActRequest,
  { principal, via, correlationId }: Origin,
): Omit<AuditEntry, 'outcome' | 'reason'> {
  return {
    user: auditedName(principal),
    via,
    action: 'alarm',
    subject: [driverId, device, conditionId].filter(Boolean).join('/'),
    after: { [act]: true, ...(forMs !== undefined && { forMs }), comment },
    correlationId,
  };
}
