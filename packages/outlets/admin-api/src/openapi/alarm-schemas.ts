import { schemaRef, type JsonSchema } from './operation.js';
import { anything, arrayOf, boolean, count, object, oneOf, tagged, text, textOrNull, time } from './schema-parts.js';

const outcome: JsonSchema = {
  ...oneOf('done', 'rejected', 'not-sent', 'unknown'),
  description: 'The device confirmed · it said no · the request never left · it left and no answer came.',
};
const driverId: JsonSchema = { ...textOrNull, description: 'Null: the alarm concerns no driver.' };
const device: JsonSchema = { ...textOrNull, description: 'Null: an alarm of the gateway itself.' };

/** Shapes of alarms and methods. */
export const alarmSchemas: Readonly<Record<string, JsonSchema>> = {
  AlarmList: tagged('alarms', {
    alarms: { ...arrayOf(schemaRef('AlarmRow')), description: 'At most 10,000.' },
    total: count,
    lost: { ...count, description: 'Events of devices that were lost on their way; the devices were asked anew.' },
    leftOut: { ...count, description: 'Conditions that found no room in the list.' },
  }),
  AlarmRow: object({
    driverId,
    device,
    conditionId: { ...text, description: 'Unique among the alarms of its device, or of the gateway and its driver.' },
    eventId: { ...text, description: 'Names exactly this state.' },
    source: { ...text, description: "What it is about, in the device's own words; empty for alarms of the gateway." },
    message: text,
    severity: { type: 'integer', minimum: 1, maximum: 1_000 },
    active: boolean,
    acknowledged: boolean,
    retain: { ...boolean, description: 'Still of interest. False only in events, for the last state of a condition.' },
    current: { ...boolean, description: "False: the device can't report at present, this is what it said last." },
    at: { ...time, description: 'When this state began.' },
    value: { ...anything, description: 'What the source read then; null when nobody tells.' },
    comment: textOrNull,
  }),
  AcknowledgeRequest: object(
    {
      driverId,
      device,
      conditionId: text,
      eventId: { ...text, description: 'The state that was seen; default: the present one.' },
      comment: { ...text, description: 'At most 1,024 characters.' },
    },
    ['driverId', 'device', 'eventId', 'comment'],
  ),
  Acknowledgement: tagged(
    'acknowledgement',
    { driverId, device, conditionId: text, outcome, status: text, message: text },
    ['message'],
  ),
  MethodCallRequest: object(
    {
      device: { ...text, description: 'May be left out if the driver has only one.' },
      object: { ...text, description: 'That has the method, where the protocol knows objects.' },
      method: text,
      args: { ...arrayOf(anything), description: 'Numbers, true or false, texts, arrays of these; at most 64.' },
    },
    ['device', 'object', 'args'],
  ),
  MethodCall: tagged(
    'method-call',
    { driverId: text, device: text, method: text, outcome, status: text, outputs: arrayOf(anything), message: text },
    ['message'],
  ),
};
