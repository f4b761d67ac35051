import { GatewayError, statusCodes, type TagValue } from '@fieldwarden/core';
import type { DriverInstance } from '@fieldwarden/instances';
import type { TagDefinition, WriteAnswer } from '@fieldwarden/gateway-contract';

const enabledPath = /^_system\/drivers\/([^/]+)\/enabled$/;

/**
 * A write to `_system/drivers/<id>/enabled`: starts or stops the driver, and answers once it runs or has stopped. A driver that
 * cannot start is `rejected`, with its own reason. Throws kind `config` for other tags: nobody else takes writes.
 */
export async function writeEnabled(
  { path }: TagDefinition,
  value: TagValue,
  instances: ReadonlyMap<string, DriverInstance>,
): Promise<WriteAnswer> {
  const instance = instances.get(enabledPath.exec(path)?.[1] ?? '');
  if (!instance) throw notWritable(path);
  if (value === true) await instance.start();
  else await instance.stop();
  return outcomeOf(instance, value === true);
}

function outcomeOf({ id, state, lastError }: DriverInstance, wanted: boolean): WriteAnswer {
  if ((state !== 'Stopped') === wanted && state !== 'Faulted') return { outcome: 'done', status: statusCodes.Good };
  const why = state === 'Faulted' && lastError ? `: ${lastError.error.message}` : '';
  return { outcome: 'rejected', status: statusCodes.BadInvalidState, message: `driver ${id} is ${state}${why}` };
}

function notWritable(path: string): GatewayError {
  return new GatewayError({
    code: 'TAG_READ_ONLY',
    kind: 'config',
    message: `tag ${path} cannot be written`,
    status: statusCodes.BadNotWritable,
    writeOutcome: 'rejected',
  });
}
