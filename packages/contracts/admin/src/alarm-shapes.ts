import { z } from 'zod';
import {
  anything,
  boolean,
  confirmedBy,
  count,
  tagged,
  text,
  textOrNull,
  time,
  writeOutcome,
  type Shape,
} from './parts.js';

const driverId = textOrNull.describe('Null: the alarm concerns no driver.');
const device = textOrNull.describe('Null: an alarm of the gateway itself.');

/** One condition as it is now: of a device (OPC UA 10000-9), or of the gateway itself. Comes with `alarm` events as `data.alarm`. */
export const alarmRow = z.object({
  driverId,
  device,
  conditionId: text.describe('Unique among the alarms of its device, or of the gateway and its driver.'),
  eventId: text.describe('Names exactly this state.'),
  source: text.describe("What it is about, in the device's own words; empty for alarms of the gateway."),
  message: text,
  severity: z.int().min(1).max(1_000).describe('1 (least) to 1000 (most urgent).'),
  active: boolean,
  acknowledged: boolean,
  retain: boolean.describe('Still of interest. False only in events, for the last state of a condition.'),
  current: boolean.describe("False: the device can't report at present, this is what it said last."),
  at: time.describe('When this state began, by the clock of whoever reported it.'),
  value: anything.describe('What the source read then; null when nobody tells.'),
  comment: textOrNull.describe('Of whoever acknowledged.'),
});
export type AlarmRow = Shape<typeof alarmRow>;

/** `GET /alarms`: whatever is of interest now, the most urgent first. */
export const alarmList = tagged('alarms', {
  alarms: z.array(alarmRow).describe('At most 10,000.'),
  total: count.describe('How many there are.'),
  lost: count.describe('Events of devices that were lost on their way; the devices were asked anew.'),
  leftOut: count.describe('Conditions that found no room in the list.'),
});
export type AlarmList = Shape<typeof alarmList>;

/** `POST /alarms/acknowledge`: what became of it, as of a write. */
export const acknowledgeAnswer = tagged('acknowledgement', {
  driverId,
  device,
  conditionId: text,
  outcome: writeOutcome,
  status: text,
  confirmedBy,
  message: text.optional(),
});
export type AcknowledgeAnswer = Shape<typeof acknowledgeAnswer>;
