import { silentLogger, systemClock } from '@fieldwarden/core';
import type { DriverContext, DriverDefinition, DriverSession } from '@fieldwarden/driver';
import type { ContractDevice, OpenedSession } from './fixture.js';

/** Options as written → session, as the gateway does it for an in-process driver; not opened yet. */
export function createSession(definition: DriverDefinition, device: ContractDevice): DriverSession {
  const context: DriverContext = {
    driverId: `contract-${definition.type.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    options: definition.options.parse(device.options),
    devices: device.devices.map(({ id, options }) => ({ id, options: definition.deviceOptions.parse(options) })),
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
  };
  return definition.create(context);
}

/** Parses the options, creates the session in this process and opens it. */
export async function openInProcess(definition: DriverDefinition, device: ContractDevice): Promise<OpenedSession> {
  const session = createSession(definition, device);
  await session.open?.(AbortSignal.timeout(10_000));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= session.close());
  return { session: closingOnce(session, close), [Symbol.asyncDispose]: close };
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
