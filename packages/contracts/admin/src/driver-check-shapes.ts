import { z } from 'zod';
import {
  anything,
  boolean,
  confirmedBy,
  count,
  number,
  tagged,
  text,
  textOrNull,
  writeOutcome,
  type Shape,
} from './parts.js';

const plannedRequest = z.object({
  what: text.describe("In the protocol's own words: `FC3 unit 1 HR 0..124`."),
  points: count,
  size: count.describe("In the protocol's own unit: registers, bits, bytes."),
  gap: count.describe('How much of `size` no tag asked for.'),
});

const avoidedSpan = z.object({
  what: text.describe("In the protocol's own words: `HR 20..21`."),
  points: count.describe('Tags that are Bad because they lie there.'),
  reason: text.describe('What the device answered, or that it did not.'),
  retestInMs: number.describe('Until the device is asked again; 0: with the next scan.'),
});

/** One cycle of the tags of one device that share a scan interval. */
export const scanPlan = z.object({
  scanMs: number,
  tags: count,
  plan: z.object({
    requests: z.array(plannedRequest),
    estimatedCycleMs: number,
    avoided: z
      .array(avoidedSpan)
      .optional()
      .describe(
        'What the requests keep clear of, or ask for apart and more rarely, because the device does not answer it.',
      ),
  }),
});
export type ScanPlan = Shape<typeof scanPlan>;

const devicePlan = z.object({ device: text, scans: z.array(scanPlan) });
export type DevicePlan = Shape<typeof devicePlan>;

/** `GET /drivers/:id/plan`: what polling asks of each device. */
export const planAnswer = tagged('plan', { driverId: text, devices: z.array(devicePlan) });
export type PlanAnswer = Shape<typeof planAnswer>;

export const deviceTest = z.object({
  device: text,
  ok: boolean,
  durationMs: number.describe('With the wait for exchanges that were under way.'),
  error: z.object({ code: text, kind: text, message: text }).nullable().describe('Null if the device answered.'),
});
export type DeviceTest = Shape<typeof deviceTest>;

/** `POST /drivers/:id/test`: every device was asked once whether it answers. */
export const driverTestAnswer = tagged('driver-test', { driverId: text, devices: z.array(deviceTest) });
export type DriverTestAnswer = Shape<typeof driverTestAnswer>;

export const browsedNode = z.object({
  address: text.describe('To use for a tag, or to browse further.'),
  name: text,
  dataType: textOrNull.describe('As in the plant document; null if the device does not say.'),
  writable: boolean.nullable().describe('Null if the device does not say.'),
  hasChildren: boolean,
});
export type BrowsedNode = Shape<typeof browsedNode>;

const browsedPage = {
  nodes: z.array(browsedNode).describe('May be empty although there are more.'),
  nextCursor: textOrNull.describe('`cursor` of the next page; null for the last one.'),
};

/** `GET /drivers/:id/browse`: what lies under one node of a device, or was found by `search`. */
export const nodeList = tagged('nodes', { driverId: text, device: text, ...browsedPage });
export type NodeList = Shape<typeof nodeList>;

export type BrowsedPage = Pick<NodeList, 'nodes' | 'nextCursor'>;

/** `POST /drivers/:id/call`: what became of the call, as of a write. */
export const methodCallAnswer = tagged('method-call', {
  driverId: text,
  device: text,
  method: text,
  outcome: writeOutcome,
  status: text,
  confirmedBy,
  outputs: z.array(anything).describe('Empty unless done.'),
  message: text.optional(),
});
export type MethodCallAnswer = Shape<typeof methodCallAnswer>;
