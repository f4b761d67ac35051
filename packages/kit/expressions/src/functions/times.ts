import type { Frame } from '../run/frame.js';
import { plain } from './define.js';
import type { FunctionDefinition, Parameter } from './function-definition.js';

const zone: Parameter = { name: 'zone', type: 'string', optional: true, constant: true };

/** Readers of the clock on the wall, by IANA name; `undefined` = of the gateway. */
const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function formatOf(name: string | undefined): Intl.DateTimeFormat {
  let format = formats.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(name, format);
  }
  return format;
}

function partsOf(ms: number, name: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    formatOf(name)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
}

function checkZone([name]: readonly unknown[]): { readonly argument: number; readonly message: string } | undefined {
  if (name === undefined) return undefined;
  try {
    formatOf(name as string);
    return undefined;
  } catch {
    return { argument: 0, message: `${JSON.stringify(name)} is no time zone; Europe/Berlin is one` };
  }
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Looked at again with the next second: nobody needs it finer. */
function nextSecond(frame: Frame): void {
  frame.wake(Math.floor(frame.nowMs / 1_000) * 1_000 + 1_000);
}

export const timeFunctions: readonly FunctionDefinition[] = [
  plain('times', {
    name: 'now',
    summary: 'The present time. What uses it is evaluated each second.',
    parameters: [],
    type: 'time',
    remembers: true,
    of: (frame) => {
      nextSecond(frame);
      return frame.nowMs;
    },
  }),
  plain('times', {
    name: 'timeOfDay',
    summary:
      'The time since midnight in a time zone, of the gateway unless one is named: `timeOfDay() between 6h and 22h`.',
    parameters: [zone],
    type: 'duration',
    remembers: true,
    check: checkZone,
    of: (frame, name?: string) => {
      nextSecond(frame);
      const { hour, minute, second } = partsOf(frame.nowMs, name);
      return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
    },
  }),
  plain('times', {
    name: 'weekday',
    summary: 'The day of the week in a time zone, of the gateway unless one is named: 1 is Monday, 7 is Sunday.',
    parameters: [zone],
    type: 'int',
    remembers: true,
    check: checkZone,
    of: (frame, name?: string) => {
      nextSecond(frame);
      return days.indexOf(partsOf(frame.nowMs, name)['weekday']) + 1;
    },
  }),
];
