import type { Alarm, AlarmPriority } from '@fieldwarden/gateway-contract';

/** An alarm as it is told to people. Plain JSON; kept until it has been sent. */
export interface NotifiedAlarm {
  readonly id: string;
  readonly driverId: string | null;
  readonly device: string | null;
  /** What it is about: the path of a tag, or what the device calls it. */
  readonly source: string;
  readonly area: string | null;
  readonly priority: AlarmPriority;
  readonly severity: number;
  readonly message: string;
  /** What to do. */
  readonly response: string | null;
  readonly value: unknown;
  readonly quality: string | null;
  /** When it became active; ISO 8601. */
  readonly at: string;
}

/** What goes to one channel at a time, as webhooks and MQTT have it. */
export interface Notification {
  readonly schema: 'fieldwarden/notification@1';
  /** The same for every attempt: who gets it twice can tell. */
  readonly id: string;
  readonly site: string;
  readonly at: string;
  /** Somebody wanted to see whether the channel works. */
  readonly test: boolean;
  readonly alarms: readonly NotifiedAlarm[];
}

export function notifiedAlarm(alarm: Alarm): NotifiedAlarm {
  const { conditionId, driverId, device, source, area, priority, severity, message, response, value, quality, at } =
    alarm;
  return { id: conditionId, driverId, device, source, area, priority, severity, message, response, value, quality, at };
}

/** Most alarms that a mail writes out; the others are counted. */
const writtenOut = 50;

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** `[lab] HIGH Filler is hot` and what else is to be said, the most urgent first. */
export function mailText({ site, alarms, test, at }: Notification): MailText {
  if (test) {
    const text = `This is a test of the notifications of ${site}, sent at ${at}.\nNobody has to do anything.\n`;
    return { subject: `[${site}] Test`, text };
  }
  const sorted = alarms.toSorted((a, b) => b.severity - a.severity || a.at.localeCompare(b.at));
  const [first] = sorted;
  const subject =
    sorted.length === 1
      ? `[${site}] ${first.priority.toUpperCase()} ${first.message}`
      : `[${site}] ${sorted.length} alarms, ${first.priority.toUpperCase()} ${first.message}`;
  const more = sorted.length > writtenOut ? [`and ${sorted.length - writtenOut} more: look at the list of alarms`] : [];
  const text = [...sorted.slice(0, writtenOut).map(paragraph), ...more].join('\n\n');
  return { subject: oneLine(subject), text: `${text}\n` };
}

function paragraph(alarm: NotifiedAlarm): string {
  const { id, source, area, priority, message, response, value, quality, at, driverId, device } = alarm;
  const about = source || [driverId, device].filter((name) => name !== null).join('/');
  const read = value === null ? undefined : `${JSON.stringify(value)}${quality === null ? '' : ` (${quality})`}`;
  const lines: readonly (readonly [string, string | null | undefined])[] = [
    ['About', about],
    ['Value', read],
    ['Area', area],
    ['Since', at],
    ['Alarm', id],
    ['What to do', response],
  ];
  const rows = lines.flatMap(([name, text]) => (text ? [`  ${name}: ${oneLine(text)}`] : []));
  return [`${priority.toUpperCase()}  ${oneLine(message)}`, ...rows].join('\n');
}

/** What comes from devices may hold anything: a subject with a line end would be a header of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
