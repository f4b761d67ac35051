import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns, table } from '../../output/columns.js';
import { ageText, bytesText, durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine, printable } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { mqttOutlets, type MqttOutletState } from './mqtt-outlets.js';

/** How it stands with the brokers: connection, backlog, drops, and the topics that they are of. */
export async function mqttStatus(context: CommandContext): Promise<ExitCode> {
  const { json, terminal, clock } = context;
  const outlets = await mqttOutlets(context);
  if (json) writeJson(terminal, { schema: 'fieldwarden/mqtt@1', outlets });
  else {
    const texts = outlets.map((outlet) => outletText(outlet, terminal.palette, clock.wallMs(), terminal.width));
    terminal.write(texts.join('\n'));
  }
  return exitCodes.done;
}

function outletText(outlet: MqttOutletState, palette: Palette, nowMs: number, width: number | undefined): string {
  const { id, url, connected, problem, since, nextAttemptAt, pending, bytes, oldestAt, published, topics, sparkplug } =
    outlet;
  const rows = [
    ['State', connected ? palette.good('connected') : palette.bad('not connected')],
    ...(problem === null ? [] : [['Reason', printable(problem)]]),
    ...(since === null ? [] : [['Since', ageText(since, nowMs)]]),
    ...(nextAttemptAt === null ? [] : [['Next try', inText(nextAttemptAt, nowMs)]]),
    ...(sparkplug === null
      ? []
      : [['Sparkplug', printable(`node ${sparkplug.group}/${sparkplug.node}, ${sparkplug.session}`)]]),
    ['Published', `${published} messages since its start`],
    ['Waiting', pending === 0 ? 'nothing' : `${pending} messages, ${bytesText(bytes)}`],
    ...(oldestAt === null ? [] : [['Oldest', ageText(oldestAt, nowMs)]]),
    ['Given up', droppedText(outlet, palette)],
  ];
  const head = `${palette.strong(id)}  ${oneLine(url ?? '')}\n${columns(rows.map(([name, text]) => [`  ${name}`, text]))}`;
  if (topics.length === 0) return head;
  const lines = topics.map(({ topic, pending: waiting, dropped }) => [
    String(waiting),
    String(dropped),
    oneLine(topic),
  ]);
  return `${head}${table(['WAITING', 'GIVEN UP', 'TOPIC'], lines, width)}`;
}

function inText(at: string, nowMs: number): string {
  const leftMs = Date.parse(at) - nowMs;
  return leftMs <= 0 ? 'now' : `in ${durationText(leftMs)}`;
}

function droppedText({ dropped }: MqttOutletState, palette: Palette): string {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  if (reasons.length === 0) return 'nothing';
  return palette.warning(reasons.map(([reason, count]) => `${count} (${reason})`).join(', '));
}
