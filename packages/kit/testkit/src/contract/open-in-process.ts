import { silentLogger, systemClock } from '@fieldwarden/core';
import type { DriverContext, DriverDefinition, DriverSession } from '@fieldwarden/driver';
import { testBelongings } from '../memory-driver-storage.js';
import { temporaryDirectory } from '../temporary-directory.js';
import type { ContractDevice, OpenedSession } from './fixture.js';

/** Options as written → session, as the gateway does it for an in-process driver; not opened yet. */
export function createSession(
  definition: DriverDefinition,
  device: ContractDevice,
  belongings = testBelongings(),
): DriverSession {
  const context: DriverContext = {
    driverId: `contract-${definition.type.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    options: definition.options.parse(device.options),
    devices: device.devices.map(({ id, options }) => ({ id, options: definition.deviceOptions.parse(options) })),
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    ...belongings,
  };
  return definition.create(context);
}

/** Parses the options, creates the session in this process and opens it. */
export async function openInProcess(definition: DriverDefinition, device: ContractDevice): Promise<OpenedSession> {
  const certificates = await temporaryDirectory('fieldwarden-contract-');
  const session = createSession(definition, device, testBelongings(certificates.path));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= session.close());
  const dispose = async (): Promise<void> => {
    await close().finally(() => certificates[Symbol.asyncDispose]());
  };
  try {
    await session.open?.(AbortSignal.timeout(10_000));
  } catch (error) {
    await certificates[Symbol.asyncDispose]();
    throw error;
  }
  return { session: closingOnce(session, close), [Symbol.asyncDispose]: dispose };
}

/** The contract lets `close` be called once; a case may close, and the suite always does. */
function closingOnce(session: DriverSession, close: () => Promise<void>): DriverSession {
  return new Proxy(session, {
    get(target, name) {
      if (name === 'close') return close;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
