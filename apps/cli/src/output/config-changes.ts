import type { ApplyStep, ConfigChange } from '@fieldwarden/gateway-contract';
import type { Palette } from './palette.js';
import { oneLine } from './printable.js';
import { sentence } from './sentence.js';

const longestValue = 60;

/** One line per difference: `~ drivers[packaging].options.host: 10.0.0.5 → 10.0.0.6`. */
export function changeLines(changes: readonly ConfigChange[], leftOff: number, palette: Palette): string {
  const lines = changes.map((change) => `${changeLine(change, palette)}\n`).join('');
  return leftOff === 0 ? lines : `${lines}… and ${leftOff} more\n`;
}

function changeLine({ kind, path, before, after }: ConfigChange, palette: Palette): string {
  if (kind === 'added') return palette.good(`+ ${oneLine(path)}: ${shown(after)}`);
  if (kind === 'removed') return palette.bad(`- ${oneLine(path)}: ${shown(before)}`);
  return `${palette.warning('~')} ${oneLine(path)}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return oneLine(text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);
}

/** What is done to drivers, as sentences: `packaging: restart. Endpoint changed; reconnects.` */
export function stepLines(steps: readonly ApplyStep[], palette: Palette): string {
  return steps.map((step) => `  ${stepLine(step, palette)}\n`).join('');
}

function stepLine({ driverId, device, action, reason, reconnect }: ApplyStep, palette: Palette): string {
  const who = driverId === null ? 'gateway' : device === undefined ? driverId : `${driverId}/${device}`;
  const what = driverId === null ? '' : ` ${reconnect ? palette.warning(action) : action}.`;
  return `${palette.strong(who)}:${what} ${sentence(oneLine(reason))}`;
}
