import type { TagValueShape } from '@fieldwarden/admin-contract';
import type { DeviceState, DriverState } from '@fieldwarden/gateway-contract';
import type { Paint, Palette } from './palette.js';
import { oneLine } from './printable.js';

/** The value as people read it: a float32 without the digits it does not have, texts in quotes. */
export function valueText(value: unknown, dataType = ''): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return `[${value.map((element) => valueText(element, dataType)).join(', ')}]`;
  if (typeof value === 'number' && !Number.isInteger(value)) return numberText(value, dataType);
  return oneLine(JSON.stringify(value));
}

/** A float32 has seven digits that mean something; of a float64 the sixteenth is noise of its arithmetic: 28.9, not 28.900000000000002. */
export function numberText(value: number, dataType = ''): string {
  return String(Number(value.toPrecision(dataType.startsWith('float32') ? 7 : 15)));
}

/** Anything but Good stands out with colour and without: `! BadTimeout`, `? UncertainLastUsableValue`. */
export function statusText(
  { status, statusCode }: Pick<TagValueShape, 'status' | 'statusCode'>,
  palette: Palette,
): string {
  if (statusCode >>> 30 === 0) return palette.good(status);
  return statusCode >>> 30 === 1 ? palette.warning(`? ${status}`) : palette.bad(`! ${status}`);
}

const paints: Readonly<Record<DriverState, keyof Palette>> = {
  Unknown: 'faint',
  Initializing: 'warning',
  Healthy: 'good',
  Degraded: 'warning',
  Reconnecting: 'warning',
  Faulted: 'bad',
  Stopped: 'faint',
};

/** Undefined for a state of a newer gateway. */
export function statePaint(state: DriverState, palette: Palette): Paint | undefined {
  return palette[paints[state]];
}

/** A state of a newer gateway stays plain. Nothing is green while tags are Bad: `Healthy, 3 Bad`. */
export function stateText(state: DriverState, palette: Palette, tagsBad = 0): string {
  const paint = statePaint(state, palette);
  if (paint === palette.good && tagsBad > 0) return palette.warning(`${state}, ${tagsBad} Bad`);
  return paint ? paint(state) : state;
}

export function deviceStateText(state: DeviceState, palette: Palette, tagsBad = 0): string {
  if (state === 'connected') return tagsBad > 0 ? palette.warning(`${state}, ${tagsBad} Bad`) : palette.good(state);
  return state === 'disabled' || state === 'unknown' ? palette.faint(state) : palette.bad(state);
}
