import type { Status } from '@fieldwarden/admin-contract';
import { driverStates, type DriverState } from '@fieldwarden/gateway-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { configNotes } from '../../output/config-notes.js';
import { durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { stateText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';

/** The gateway in one line. */
export async function status({ client, clock, json, terminal }: CommandContext): Promise<ExitCode> {
  const answer = await gatewayStatus({ client });
  if (json) writeJson(terminal, answer);
  else
    terminal.write(`${statusLine(answer, terminal.palette)}\n${configNotes(answer, terminal.palette, clock.wallMs())}`);
  return exitCodes.done;
}

export function gatewayStatus({ client }: Pick<CommandContext, 'client'>): Promise<Status> {
  return client.call<Status>({ path: '/status', schema: 'fieldwarden/status@1' });
}

export function statusLine(answer: Status, palette: Palette): string {
  const { site, version, generation, uptimeMs, usingStaleConfig } = answer;
  return [
    palette.strong(site),
    `Fieldwarden ${version}`,
    `up ${durationText(uptimeMs)}`,
    ...(generation === null ? [] : [`generation ${generation}`]),
    ...(usingStaleConfig ? [palette.warning('stale configuration')] : []),
    statesText(answer.drivers, 'driver', palette),
    ...(answer.services.total === 0 ? [] : [statesText(answer.services, 'service', palette)]),
    tagsText(answer, palette),
    ...(answer.opcua ? [`${answer.opcua.endpointUrl} (${counted(answer.opcua.sessions, 'session')})`] : []),
    ...[answer.mqtt].flat().flatMap((outlet) => (outlet ? [mqttText(outlet, palette)] : [])),
  ].join(' · ');
}

function statesText({ total, byState }: Status['drivers'], noun: string, palette: Palette): string {
  const parts = driverStates
    .filter((state) => byState[state])
    .map((state: DriverState) => `${byState[state]} ${stateText(state, palette)}`);
  return parts.length === 0 ? counted(total, noun) : `${counted(total, noun)}: ${parts.join(', ')}`;
}

function tagsText({ tags: { total, good, uncertain, bad } }: Status, palette: Palette): string {
  const parts = [
    ...(good > 0 ? [`${good} ${palette.good('Good')}`] : []),
    ...(uncertain > 0 ? [`${uncertain} ${palette.warning('Uncertain')}`] : []),
    ...(bad > 0 ? [`${bad} ${palette.bad('Bad')}`] : []),
  ];
  return parts.length === 0 ? counted(total, 'tag') : `${counted(total, 'tag')}: ${parts.join(', ')}`;
}

interface MqttStatus {
  readonly id?: string | undefined;
  readonly connected: boolean;
  readonly pending: number;
}

function mqttText({ id, connected, pending }: MqttStatus, palette: Palette): string {
  const name = id === undefined || id === 'mqtt' ? '' : `${id} `;
  return `MQTT ${name}${connected ? 'connected' : palette.bad('disconnected')}, ${pending} pending`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
