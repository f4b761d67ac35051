import type { PlanAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { counted } from '../gateway/status.js';
import { avoidedText } from './avoided.js';

export const isolations = { A: 'gateway', B: 'gateway', C: 'host' } as const;

/** The driver types that come with this gateway; needs none running. */
export async function driverTypes({ json, loader, terminal }: CommandContext): Promise<ExitCode> {
  const { drivers: registry } = await loader.builtInCatalogue();
  const types = registry.types().map(({ type, version, tier }) => ({ type, version, tier }));
  if (json) writeJson(terminal, { schema: 'fieldwarden/driver-types@1', types });
  else {
    const rows = types.map(({ type, version, tier }) => [type, version, tier, isolations[tier]]);
    terminal.write(table(['TYPE', 'VERSION', 'TIER', 'RUNS IN'], rows));
  }
  return exitCodes.done;
}

/** The requests that polling makes, per device and scan class. */
export async function driverPlan({ client, json, terminal }: CommandContext, id: string): Promise<ExitCode> {
  const path = `/drivers/${encodeURIComponent(id)}/plan`;
  const answer = await client.call<PlanAnswer>({ path, schema: 'fieldwarden/plan@1' });
  if (json) writeJson(terminal, answer);
  else terminal.write(planText(answer, terminal.palette));
  return exitCodes.done;
}

/** A cycle that does not fit its interval is the commonest reason for values that come too seldom. */
function cycleText(estimatedCycleMs: number, scanMs: number, { warning }: Palette): string {
  if (estimatedCycleMs <= scanMs) return `about ${durationText(estimatedCycleMs)} a cycle`;
  return warning(`needs ${secondsText(estimatedCycleMs)} of ${secondsText(scanMs)}`);
}

/** `1.4 s`, `0.25 s`: both sides of a comparison in one unit. */
function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}

const requestHead = ['  REQUEST', 'TAGS', 'SIZE', 'GAP'];

function planText({ driverId, devices }: PlanAnswer, palette: Palette): string {
  const sections = devices.flatMap(({ device, scans }) =>
    scans.map((scan) => {
      const { scanMs, tags, plan } = scan;
      const cycle = cycleText(plan.estimatedCycleMs, scanMs, palette);
      const title = `${palette.strong(device)}  every ${scanMs} ms: ${counted(tags, 'tag')} in ${counted(plan.requests.length, 'request')}, ${cycle}\n`;
      const rows = plan.requests.map(({ what, points, size, gap }) => [
        `  ${oneLine(what)}`,
        String(points),
        String(size),
        String(gap),
      ]);
      return title + table(requestHead, rows) + avoidedText(scan);
    }),
  );
  return sections.length === 0
    ? `${driverId} polls nothing: it has no tags, is stopped, or subscribes.\n`
    : sections.join('\n');
}
