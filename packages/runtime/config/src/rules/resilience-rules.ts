import type { DriverDefinition } from '@fieldwarden/driver';
import type { DriverDocument } from '../document/driver-schema.js';
import type { FieldPath, Findings } from './findings.js';
import { resolveResilience, resolveSupervision } from '../resolve/resolve-settings.js';
import { isRecord, type SoundPart } from '../document/schema-walk.js';
import { tierDefaults } from '../document/tier-defaults.js';

type DriverDraft = SoundPart<DriverDocument>;

interface Checked {
  readonly definition: DriverDefinition;
  readonly options: unknown;
}

export function checkResilience(
  driver: DriverDraft,
  { definition: { tier }, options }: Checked,
  path: FieldPath,
  findings: Findings,
): void {
  const { probeMs, maxProbeMs, capabilities } = resolveResilience(driver.resilience, {
    tier,
    deviceCount: driver.devices?.length ?? 0,
  });
  if (probeMs > maxProbeMs) {
    const message = `maxProbeMs ${maxProbeMs} is less than probeMs ${probeMs}`;
    findings.error([...path, 'resilience', 'breaker', 'maxProbeMs'], 'breaker-order', message);
  }
  const requestMs = requestTimeoutMs(options);
  const { timeoutMs } = capabilities.read;
  if (requestMs === undefined || requestMs <= timeoutMs) return;
  const message =
    `a read ends after ${timeoutMs} ms (resilience.read.timeoutMs), so that a request of ${requestMs} ms never gets its time; ` +
    'shorten this one or lengthen the other';
  findings.warning([...path, 'options', 'timeoutMs'], 'timeout-order', message);
}

/** Time that a driver gives one request; by convention the option `timeoutMs` of its type. */
export function requestTimeoutMs(options: unknown): number | undefined {
  return isRecord(options) && typeof options.timeoutMs === 'number' ? options.timeoutMs : undefined;
}

export function checkSupervision(
  driver: DriverDraft,
  definition: DriverDefinition | undefined,
  path: FieldPath,
  findings: Findings,
): void {
  if (driver.supervision === undefined) return;
  const where = [...path, 'supervision'];
  const { pingMs, suspectMs, hangKillMs, backoff } = resolveSupervision(driver.supervision);
  if (pingMs >= suspectMs || suspectMs >= hangKillMs) {
    const message = `pingMs ${pingMs}, suspectMs ${suspectMs} and hangKillMs ${hangKillMs} must each be less than the next`;
    findings.error(where, 'supervision-order', message);
  }
  if (backoff.initialMs > backoff.maxMs) {
    const message = `maxMs ${backoff.maxMs} is less than initialMs ${backoff.initialMs}`;
    findings.error([...where, 'backoff'], 'backoff-order', message);
  }
  if (definition && driver.supervision.overlap === true && definition.mayOverlap !== true) {
    const message = `driver type ${definition.type} may not have two sessions at a time, so nothing can overlap; leave overlap out`;
    findings.error([...where, 'overlap'], 'overlap-type', message);
  }
  if (definition && isInProcess(driver, definition)) {
    const message = 'supervision is for Hosts and has no effect on a driver that runs in-process; set isolation: host';
    findings.warning(where, 'supervision-in-process', message);
  }
}

export function isInProcess({ isolation = 'auto' }: DriverDraft, { tier }: DriverDefinition): boolean {
  return isolation === 'in-process' || (isolation === 'auto' && tierDefaults[tier].isolation === 'in-process');
}
