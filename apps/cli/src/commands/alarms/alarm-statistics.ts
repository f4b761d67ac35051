import type { AlarmStatisticsAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { durationText } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

type Figured = Pick<AlarmStatisticsAnswer['topTen'][number], 'driverId' | 'device' | 'id'>;

/** How the alarms of this plant are to live with. */
export async function showAlarmStatistics({ client, json, terminal, clock }: CommandContext): Promise<ExitCode> {
  const figures = await client.call<AlarmStatisticsAnswer>({
    path: '/alarms/statistics',
    schema: 'fieldwarden/alarm-statistics@1',
  });
  if (json) writeJson(terminal, figures);
  else terminal.write(textOf(figures, clock.wallMs()));
  return exitCodes.done;
}

function textOf(figures: AlarmStatisticsAnswer, nowMs: number): string {
  const { active, floods, topTen, standing, chattering, timeToAcknowledge } = figures;
  const priorities = Object.entries(active).filter(([, count]) => count > 0);
  const total = priorities.reduce((sum, [, count]) => sum + count, 0);
  const of = priorities.map(([priority, count]) => `${count} ${priority}`).join(', ');
  const sections = [
    section(
      'Flood',
      floods.map(({ area, activations }) => `${area || 'about no tags'}: ${activations} in 10 min`),
    ),
    section(
      'Most activations in 24 h',
      topTen.map((each) => `${nameOf(each)}: ${each.activations} (${each.sharePercent} %)`),
    ),
    section(
      'Active for more than 24 h',
      standing.map((each) => `${nameOf(each)}: ${durationText(nowMs - Date.parse(each.since))}`),
    ),
    section(
      'Chattering',
      chattering.map((each) => `${nameOf(each)}: ${each.activations} in 10 min`),
    ),
  ];
  const { count, meanMs, longestMs } = timeToAcknowledge;
  const answered =
    meanMs === null || longestMs === null
      ? 'nobody acknowledged anything in 24 h'
      : `${count} in 24 h, after ${durationText(meanMs)} on average, at most ${durationText(longestMs)}`;
  return [
    `Active           ${total}${of === '' ? '' : ` (${of})`}\n`,
    `Unacknowledged   ${figures.unacknowledged}\n`,
    `Set apart        ${figures.shelved} shelved, ${figures.suppressed} suppressed, ${figures.outOfService} out of service, ${figures.disabled} disabled\n`,
    `Activations      ${figures.activationsPer10Min} in 10 min, ${figures.activationsPer24h} in 24 h, at most ${figures.peakPer10Min} in 10 min\n`,
    `Acknowledgements ${answered}\n`,
    ...sections,
  ].join('');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function nameOf({ driverId, device, id }: Figured): string {
  return oneLine([driverId, device, id].filter((part) => part !== null).join('/'));
}
