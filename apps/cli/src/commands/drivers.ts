import type { PlanAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { table } from '../output/columns.js';
import { durationText } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { oneLine } from '../output/printable.js';
import { writeJson } from '../terminal.js';
import { counted } from './status.js';

export const isolations = { A: 'gateway', B: 'gateway', C: 'host' } as const;

/** The driver types that come with this gateway; needs none running. */
export async function driverTypes({ json, loader, terminal }: CommandContext): Promise<ExitCode> {
  const registry = await loader.builtInDrivers();
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

const requestHead = ['  REQUEST', 'TAGS', 'SIZE', 'GAP'];

function planText({ driverId, devices }: PlanAnswer, palette: Palette): string {
  const sections = devices.flatMap(({ device, scans }) =>
    scans.map(({ scanMs, tags, plan }) => {
      const cycle = `about ${durationText(plan.estimatedCycleMs)} a cycle`;
      const title = `${palette.strong(device)}  every ${scanMs} ms: ${counted(tags, 'tag')} in ${counted(plan.requests.length, 'request')}, ${cycle}\n`;
      const rows = plan.requests.map(({ what, points, size, gap }) => [
        `  ${oneLine(what)}`,
        String(points),
        String(size),
        String(gap),
      ]);
      return title + table(requestHead, rows);
    }),
  );
  return sections.length === 0
    ? `${driverId} polls nothing: it has no tags, is stopped, or subscribes.\n`
    : sections.join('\n');
}
