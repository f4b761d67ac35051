import { deviceStates, driverStates } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import {
  boolean,
  breaker,
  count,
  integerOrNull,
  isolation,
  number,
  numberOrNull,
  ordinalOrNull,
  tagged,
  text,
  textOrNull,
  tier,
  time,
  timeOrNull,
  type Shape,
} from './parts.js';
import { errorReport } from './word-shapes.js';

const badTagFields = {
  tagsBad: count.describe(
    'Bad now, although their device answers. None of a device that does not: its own state says why.',
  ),
  tagsNeverGood: count.describe('Of these: without a value since they were configured, or the gateway was started.'),
};

const driverFields = {
  id: text,
  type: text,
  tier,
  isolation,
  enabled: boolean,
  state: z.enum(driverStates),
  stateSince: time.optional().describe('When it took this state.'),
  tags: count,
  ...badTagFields,
  pid: integerOrNull.describe('Null in-process.'),
  spawn: integerOrNull.describe('Counts the processes of this driver from 1; null in-process.'),
  upMs: numberOrNull,
  restarts: z.object({ crash: count, recycle: count, operator: count }),
  crashLoop: breaker,
  nextAttemptAt: timeOrNull,
  memory: z.object({
    bytes: numberOrNull,
    baselineBytes: numberOrNull,
    softBytes: numberOrNull,
    hardBytes: numberOrNull,
    state: z.enum(['Warming', 'Normal', 'Soft', 'Hard']).nullable(),
  }),
  cpuPercent: numberOrNull,
  heartbeatMs: numberOrNull.describe('Since the last sign of life of its process; null in-process.'),
  pending: count.describe('Calls of capabilities under way.'),
  progress: count.describe('Completed exchanges: rises while the driver works.'),
  lastCause: textOrNull.describe('Why its last process ended.'),
  lastError: errorReport.nullable(),
  generation: integerOrNull.describe('Generation of the configuration that it runs on.'),
};

/** One row of `GET /drivers`. */
export const driver = z.object(driverFields);
export type Driver = Shape<typeof driver>;

/** `GET /drivers`. */
export const driverList = tagged('drivers', { drivers: z.array(driver) });
export type DriverList = Shape<typeof driverList>;

/** `POST /drivers/:id/<action>?wait=true`: the driver as it stands after the action, without its devices. */
export const driverAnswer = tagged('driver', driverFields);
export type DriverAnswer = Shape<typeof driverAnswer>;

/** Requested against achieved interval of the tags of one device that share a scan interval. */
const deviceScan = z.object({ requestedMs: number, achievedMs: numberOrNull, overruns: count, tags: count });
export type DeviceScan = Shape<typeof deviceScan>;

export const device = z.object({
  id: text,
  state: z.enum(deviceStates),
  tags: count,
  ...badTagFields,
  breaker,
  consecutiveFailures: count,
  lastError: errorReport.nullable(),
  scans: z.array(deviceScan),
});
export type Device = Shape<typeof device>;

/** `GET /drivers/:id`. */
export const driverDetailAnswer = tagged('driver', {
  ...driverFields,
  devices: z.array(device),
  notes: z.array(text).optional().describe('What its driver type warns of in its options; absent if there is nothing.'),
});
export type DriverDetailAnswer = Shape<typeof driverDetailAnswer>;

/** A driver with its devices. */
export type DriverDetail = Omit<DriverDetailAnswer, 'schema'>;

/** One row of `GET /hosts`: a device, with what matters of the driver before it. */
export const hostRow = z.object({
  driverId: text,
  driverType: text,
  tier,
  isolation,
  device: text,
  driverState: z.enum(driverStates),
  deviceState: z.enum(deviceStates),
  lostSince: timeOrNull.describe(
    'When it stopped answering, once it is off scan or has not answered for 5 s: the alarm `off-scan` is raised. Else null.',
  ),
  tags: count,
  ...badTagFields,
  tagsBadSince: timeOrNull.describe(
    'Since when some of its tags have been Bad without a break, once that has lasted 10 s. Else null.',
  ),
  breaker,
  breakerThreshold: ordinalOrNull.describe('Failures in a row that open the breaker. Null = never opens.'),
  consecutiveFailures: count,
  alert: boolean.describe('consecutiveFailures > breakerThreshold / 2; never without a threshold.'),
  lastBreakerOpenAt: timeOrNull,
  lastError: errorReport.nullable().describe('Of the device itself.'),
  nextProbeAt: timeOrNull.describe('When a device that is off-scan is probed next.'),
  bulkheadDepth: count.describe('Calls under way and waiting.'),
  lastRecycleAt: timeOrNull.describe('When a planned restart last put another process of the driver in place.'),
  baselineBytes: numberOrNull,
  currentBytes: numberOrNull,
  requestedScanMs: numberOrNull.describe('Of the fastest scan class of the device.'),
  achievedScanMs: numberOrNull.describe('Null if nothing is polled, or the device does not answer.'),
  overruns: count.describe('Counts of a row are kept over restarts of the gateway.'),
  retries: count.describe('Attempts after the first one of a call.'),
  lateReplies: count.describe('Answers that came after their call had been given up.'),
});
export type HostRow = Shape<typeof hostRow>;

/** `GET /hosts`: every device of every driver, in the order of the plant document. */
export const hostList = tagged('hosts', { rows: z.array(hostRow) });
export type HostList = Shape<typeof hostList>;

/** `GET /drivers/:id/curves`: the last hour of a driver, one row each 5 s, oldest first; null where nothing was measured. */
export const driverCurves = tagged('curves', {
  driverId: text,
  intervalMs: number,
  at: z.array(number).describe('ms since 1970 UTC.'),
  memoryBytes: z.array(numberOrNull),
  cpuPercent: z.array(numberOrNull),
  heartbeatMs: z.array(numberOrNull),
  state: z.array(text),
  changes: z
    .array(z.object({ at: number, state: text }))
    .describe('Every state that it took in this hour, the newest 1,000: also those between two rows. `at` as above.'),
});
export type DriverCurves = Shape<typeof driverCurves>;
