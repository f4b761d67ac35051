import type { EventList } from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { follow } from '../gateway/follow.js';
import { dateAndTime } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { writeJson } from '../terminal.js';

/** The events that the gateway keeps; with `follow` also those that come. */
export async function events(context: CommandContext, following: boolean): Promise<ExitCode> {
  const { client, json, terminal } = context;
  if (following) {
    return await follow(context, '/events?since=0', undefined, (item) => {
      const event = item as GatewayEvent;
      if (json) writeJson(terminal, { schema: 'fieldwarden/event@1', ...event });
      else terminal.write(eventLine(event, terminal.palette));
    });
  }
  const answer = await client.call<EventList>({ path: '/events', schema: 'fieldwarden/events@1' });
  if (json) writeJson(terminal, answer);
  else if (answer.events.length === 0) terminal.write('Nothing has happened yet.\n');
  else for (const event of answer.events) terminal.write(eventLine(event, terminal.palette));
  return exitCodes.done;
}

function eventLine({ at, type, message, driverId, device, serviceId }: GatewayEvent, palette: Palette): string {
  const origin = [driverId ?? serviceId, device].filter((part) => part !== undefined).join('/');
  return `${palette.faint(dateAndTime(at))} ${type.padEnd(7)} ${origin === '' ? '' : `[${origin}] `}${printable(message)}\n`;
}
