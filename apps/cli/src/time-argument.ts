import { usageError } from './cli-error.js';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15min` back from now, or a time; one without a zone is local. ISO-8601, UTC. Throws a usage error. */
export function timeOf(text: string, nowMs: number): string {
  const back = /^(\d{1,6}) ?(s|min|h|d)$/.exec(text);
  const ms = back ? nowMs - Number(back[1]) * unitMs[back[2]] : Date.parse(text);
  if (Number.isFinite(ms) && (back || /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d|$)/.test(text))) return new Date(ms).toISOString();
  throw usageError(`${JSON.stringify(text)} is no time: write 2030-01-31T12:00, or 15min for that long ago`);
}
