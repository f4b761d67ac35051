import type { Driver } from '@fieldwarden/admin-contract';
import type { ErrorReport } from '@fieldwarden/gateway-contract';

/** What to look at first, by what kind of thing went wrong. */
const remedies: Readonly<Record<string, string>> = {
  unreachable:
    'Check that the device is switched on and reachable from this machine at the host and port of its options.',
  timeout:
    'The device is reachable but did not answer in time: check its unit id, its load and the line; or raise timeoutMs.',
  protocol: 'What answers does not speak the protocol as expected: check host, port and driver type.',
  busy: 'The device has no capacity left: close other connections to it, or scan less often.',
  rejected: 'The device refused: check the address, its type and the access rights on the device.',
  config: 'Correct the plant document; fieldwarden config validate FILE shows everything that is wrong with it.',
  unsupported: 'The driver type cannot do this; see fieldwarden drivers types.',
  overloaded: 'More is asked of the device than it can answer: scan less often, or raise resilience.bulkhead.',
  'circuit-open': 'The device is off-scan and is probed until it answers.',
  'host-lost': 'The process of the driver ended; it is restarted by itself. fieldwarden post-mortem ID shows how.',
  bug: 'This should not happen; please report it with the output of fieldwarden logs.',
};

/** The same for what is not a driver: nothing is said of devices, and its process has its own post-mortems. */
const serviceRemedies: Readonly<Record<string, string>> = {
  config: remedies.config,
  timeout: 'It did not do in time what was asked of it: its log and its post-mortem show what it was at.',
  overloaded: 'More is asked of it than it can do.',
  'host-lost':
    'The process of the service ended; it is restarted by itself. fieldwarden services post-mortem ID shows how.',
  bug: 'This should not happen; please tell its author, with the output of fieldwarden logs ID.',
};

const notLoaded = 'Correct the module that the message names; fieldwarden services restart ID then loads it anew.';

/** `id`: of the service. */
export function serviceRemedy(id: string, { code, kind }: Pick<ErrorReport, 'code' | 'kind'>): string | undefined {
  const remedy = code === 'SERVICE_NOT_LOADED' || code === 'SERVICE_NOT_DEFINED' ? notLoaded : serviceRemedies[kind];
  return remedy?.replaceAll('ID', id);
}

/** What a code tells better than its kind. */
const remediesByCode: Readonly<Record<string, string>> = {
  MODBUS_GATEWAY_TARGET:
    'Host and port are right: a Modbus gateway answered there, and behind it nobody. Check the unit id, the power of the device and the line to it.',
  MODBUS_WRONG_TRANSPORT: 'Change the option transport of the driver; the message says to what.',
};

const givenUp =
  'It is not started again by itself: correct its configuration, or fieldwarden reset ID once the cause is gone. fieldwarden post-mortem ID shows how it ended.';

/** What to do about the last error of a driver; undefined without one. */
export function remedyFor(driver: Pick<Driver, 'id' | 'state' | 'lastError' | 'nextAttemptAt'>): string | undefined {
  const { id, state, lastError, nextAttemptAt } = driver;
  if (lastError === null) return undefined;
  const isGivenUp = lastError.kind === 'host-lost' && state === 'Faulted' && nextAttemptAt === null;
  const remedy = isGivenUp ? givenUp : (remediesByCode[lastError.code] ?? remedies[lastError.kind]);
  return remedy?.replaceAll('ID', id);
}
