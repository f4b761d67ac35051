import type { PlanAnswer, ScanPlan } from '@fieldwarden/admin-contract';
import { durationText } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { counted } from '../gateway/status.js';

/** More lines than these are counted only. */
const shownAtMost = 20;

/** What the requests of one scan class keep clear of, a line each. */
export function avoidedText({ plan: { avoided = [] } }: ScanPlan): string {
  const lines = avoided.slice(0, shownAtMost).map((span) => `  keeps clear of ${spanText(span)}\n`);
  const rest = avoided.length - lines.length;
  return lines.join('') + (rest > 0 ? `  and of ${counted(rest, 'other place')}\n` : '');
}

/** The same over all devices of a driver; empty when there is nothing. */
export function avoidedSection({ devices }: PlanAnswer): string {
  return devices
    .flatMap(({ device, scans }) =>
      scans.map((scan) => avoidedText(scan).replaceAll(/^ {2}/gm, `  ${oneLine(device)} every ${scan.scanMs} ms `)),
    )
    .join('');
}

function spanText({ what, points, reason, retestInMs }: NonNullable<ScanPlan['plan']['avoided']>[number]): string {
  const tags = points === 0 ? '' : `, ${counted(points, 'tag')} there`;
  const next = retestInMs > 0 ? `tried again in ${durationText(retestInMs)}` : 'tried again with the next scan';
  return `${oneLine(what)}${tags}: ${oneLine(reason)}; ${next}`;
}
