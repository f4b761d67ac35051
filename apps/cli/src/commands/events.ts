import type { EventList } from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { follow } from '../gateway/follow.js';
import { dateAndTime } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { writeJson } from '../terminal.js';

/** The events that the gateway keeps, or the newest `count` of them; with `following` also those that come. */
export async function events(context: CommandContext, following: boolean, count?: number): Promise<ExitCode> {
  const { client, json, terminal } = context;
  if (following) {
    return await follow(context, `/events?since=${await seqBefore(context, count)}`, undefined, (item) => {
      const event = item as GatewayEvent;
      if (json) writeJson(terminal, { schema: 'fieldwarden/event@1', ...event });
      else terminal.write(eventLine(event, terminal.palette));
    });
  }
  const answer = await client.call<EventList>({ path: '/events', schema: 'fieldwarden/events@1' });
  const newest = count === undefined ? answer.events : answer.events.slice(Math.max(0, answer.events.length - count));
  if (json) writeJson(terminal, { ...answer, events: newest });
  else if (answer.events.length === 0) terminal.write('Nothing has happened yet.\n');
  else for (const event of newest) terminal.write(eventLine(event, terminal.palette));
  return exitCodes.done;
}

/** The number of the last event that is not wanted; 0 for all. */
async function seqBefore({ client }: CommandContext, count: number | undefined): Promise<number> {
  if (count === undefined) return 0;
  const { events: kept } = await client.call<EventList>({ path: '/events', schema: 'fieldwarden/events@1' });
  return kept.at(-count - 1)?.seq ?? 0;
}

function eventLine({ at, type, message, driverId, device, serviceId }: GatewayEvent, palette: Palette): string {
  const origin = [driverId ?? serviceId, device].filter((part) => part !== undefined).join('/');
  return `${palette.faint(dateAndTime(at))} ${type.padEnd(7)} ${origin === '' ? '' : `[${origin}] `}${printable(message)}\n`;
}
