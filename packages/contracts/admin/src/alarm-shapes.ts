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
const device = textOrNull.describe('Null: an alarm of the gateway, of a service or of the plant.');
const priority = z.enum(['critical', 'high', 'medium', 'low', 'diagnostic']);
const area = textOrNull.describe('`packaging/filler`; null: it is about no tags.');
const quality = textOrNull.describe('Status of that value, by its OPC UA name; null when nobody tells.');

/** One condition as it is now: of a device (OPC UA 10000-9), of the gateway, or of the plant. Comes with `alarm` events as `data.alarm`. */
export const alarmRow = z.object({
  id: text.describe('The same as `conditionId`.'),
  driverId,
  device,
  conditionId: text.describe('Unique among the alarms of its device, or of the gateway and its driver.'),
  eventId: text.describe('Names exactly this state.'),
  source: text.describe(
    "What it is about: in the device's own words, or the path of a tag; empty for alarms that the gateway raises.",
  ),
  message: text,
  severity: z.int().min(1).max(1_000).describe('1 (least) to 1000 (most urgent).'),
  priority,
  area,
  enabled: boolean.describe('False: somebody has disabled it, it does not become active.'),
  active: boolean,
  acknowledged: boolean,
  confirmed: boolean.describe('True also where nobody has to.'),
  suppressed: boolean.describe('By design: `suppressWhen` of its row says so.'),
  outOfService: boolean,
  shelved: boolean,
  shelvedUntil: textOrNull.describe('ISO 8601; null: it is not shelved.'),
  shelvedOnce: boolean.describe('Shelved until it is over, at most until `shelvedUntil`.'),
  latched: boolean.describe('Active without its cause, until somebody resets it.'),
  limitState: z.enum(['low', 'lowLow', 'high', 'highHigh']).nullable(),
  frozen: boolean.describe(
    "It can't be judged at present, as what it is about is not Good: what counted before goes on.",
  ),
  repeats: count.describe('Times that it became active again while it was still open.'),
  retain: boolean.describe('Still of interest: active, or not acknowledged, or not confirmed.'),
  current: boolean.describe('False: this is what was said last; whoever can tell has not said so since.'),
  at: time.describe('When it became active or was over, by the clock of whoever reported it.'),
  value: anything.describe('What the source read then; null when nobody tells.'),
  quality,
  comment: textOrNull.describe('Of whoever acted on it last.'),
  response: textOrNull.describe('What to do.'),
  ack: z.enum(['none', 'single', 'confirm']).describe('Whether it has to be seen, and its remedy confirmed.'),
  noteRequired: boolean.describe('An acknowledgement must say something.'),
  audible: boolean,
  firstOut: boolean.describe('It was the first one of its group to become active.'),
});
export type AlarmRow = Shape<typeof alarmRow>;

/** `GET /alarms`: whatever is of interest now, the most urgent first; with `all` also what is normal. */
export const alarmList = tagged('alarms', {
  alarms: z.array(alarmRow).describe('At most 10,000.'),
  total: count.describe('How many there are.'),
  lost: count.describe('Events of devices that were lost on their way; the devices were asked anew.'),
  leftOut: count.describe('Conditions that found no room in the list.'),
});
export type AlarmList = Shape<typeof alarmList>;

/** `POST /alarms/acknowledge` and its like: what became of it, as of a write. */
export const acknowledgeAnswer = tagged('acknowledgement', {
  driverId,
  device,
  conditionId: text,
  outcome: writeOutcome,
  status: text.describe('Of OPC UA 10000-9: `Good`, `BadConditionAlreadyShelved`.'),
  confirmedBy,
  message: text.optional(),
});
export type AcknowledgeAnswer = Shape<typeof acknowledgeAnswer>;

const journalTransitions = [
  'active', 'limit', 'cleared', 'acknowledged', 'confirmed', 'comment', 'shelved', 'unshelved', 'suppressed', 'unsuppressed',
  'enabled', 'disabled', 'out-of-service', 'in-service', 'reset',
] as const; // prettier-ignore

export const alarmTransition = z.enum(journalTransitions);

const journalRow = z.object({
  seq: count.describe('Grows by one with each row, over restarts.'),
  at: time.describe("By the gateway's clock."),
  id: text.describe('Of the condition.'),
  driverId,
  device,
  area,
  priority,
  message: text,
  transition: alarmTransition,
  value: anything,
  quality,
  user: textOrNull.describe('Null: no person did it.'),
  note: textOrNull,
  generation: count.nullable().describe('Of the configuration that ran.'),
});
export type AlarmJournalRow = Shape<typeof journalRow>;

/** `GET /alarms/journal`: transitions of alarms, the newest first. */
export const alarmJournal = tagged('alarm-journal', {
  rows: z.array(journalRow),
  next: textOrNull.describe('`cursor` of the next page; null: this is the last one.'),
});
export type AlarmJournalPage = Shape<typeof alarmJournal>;

const figured = { driverId, device, id: text };

/** `GET /alarms/statistics`: how the alarms of this plant are to live with. */
export const alarmStatistics = tagged('alarm-statistics', {
  at: time,
  active: z.object({ critical: count, high: count, medium: count, low: count, diagnostic: count }),
  unacknowledged: count,
  shelved: count,
  suppressed: count,
  outOfService: count,
  disabled: count,
  activationsPer10Min: count.describe('In the last ten minutes.'),
  peakPer10Min: count.describe('The most in any full ten minutes of the last 24 hours.'),
  activationsPer24h: count,
  floods: z
    .array(z.object({ area: text.describe('Empty: alarms that are about no tags.'), activations: count }))
    .describe('Areas with more than ten activations in the last ten minutes.'),
  topTen: z
    .array(z.object({ ...figured, activations: count, sharePercent: z.number() }))
    .describe('Of the last 24 hours, most activations first.'),
  standing: z.array(z.object({ ...figured, since: time })).describe('Active for more than 24 hours; at most 100.'),
  chattering: z
    .array(z.object({ ...figured, activations: count }))
    .describe('Active three times within 60 s in the last ten minutes; at most 100.'),
  timeToAcknowledge: z
    .object({ count, meanMs: z.number().nullable(), longestMs: z.number().nullable() })
    .describe('From the last activation until a person acknowledged it; of the last 24 hours.'),
});
export type AlarmStatisticsAnswer = Shape<typeof alarmStatistics>;
