import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { Key } from './keys.js';
import { monitActions, type MonitAction } from './monit-actions.js';
import type { MonitState } from './monit-state.js';

/** What a key asks for beyond the screen. */
export type Wish =
  { readonly type: 'quit' } | { readonly type: 'operate'; readonly action: DriverAction; readonly id: string };

export interface Pressed {
  readonly state: MonitState;
  readonly wish?: Wish;
}

/** What a key does. Pure. */
export function pressKey(state: MonitState, key: Key): Pressed {
  if (key === 'ctrl-c') return { state, wish: { type: 'quit' } };
  switch (state.overlay.type) {
    case 'confirm':
      return answered(state, state.overlay, key);
    case 'menu':
      return inMenu(state, state.overlay.index, key);
    case 'help':
      return key === 'q' ? { state, wish: { type: 'quit' } } : { state: closed(state) };
    case 'none':
      return onTable(state, key);
  }
}

function onTable(state: MonitState, key: Key): Pressed {
  if (key === 'q') return { state, wish: { type: 'quit' } };
  if (key === '?') return { state: { ...state, overlay: { type: 'help' } } };
  if (key === 'l' || key === 'e') return { state: { ...state, pane: key === 'l' ? 'log' : 'events' } };
  if (key === 'enter' && state.selected !== undefined)
    return { state: { ...state, overlay: { type: 'menu', index: 0 } } };
  const step = steps[key];
  if (step !== undefined) return { state: moved(state, step) };
  const chosen = monitActions.find((candidate) => candidate.key === key);
  return chosen ? ask(state, chosen) : { state };
}

const steps: Readonly<Record<Key, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  'page-up': -10,
  'page-down': 10,
  home: -Infinity,
  end: Infinity,
};

/** Another driver has another log. */
function moved(state: MonitState, step: number): MonitState {
  const { drivers, selected } = state;
  if (drivers.length === 0) return state;
  const from = drivers.findIndex(({ id }) => id === selected);
  const { id } = drivers[Math.min(drivers.length - 1, Math.max(0, from + step))];
  return id === selected ? state : { ...state, selected: id, records: [] };
}

/** At once, or after a question if values stop coming. A driver of a lost gateway cannot be asked for anything. */
function ask(state: MonitState, { action, interrupts }: MonitAction): Pressed {
  const { selected: id, lost } = state;
  if (id === undefined) return { state: closed(state) };
  if (lost !== undefined) {
    return {
      state: { ...closed(state), notice: { tone: 'bad', text: `${action} ${id}: the gateway does not answer` } },
    };
  }
  if (interrupts) return { state: { ...state, overlay: { type: 'confirm', action, id } } };
  return { state: closed(state), wish: { type: 'operate', action, id } };
}

/** Only a clear yes is one. */
function answered(
  state: MonitState,
  { action, id }: { readonly action: DriverAction; readonly id: string },
  key: Key,
): Pressed {
  if (key === 'y' || key === 'Y') return { state: closed(state), wish: { type: 'operate', action, id } };
  if (key === 'n' || key === 'N' || key === 'escape' || key === 'q') {
    return { state: { ...closed(state), notice: { tone: 'warning', text: `${action} ${id}: not done` } } };
  }
  return { state };
}

function inMenu(state: MonitState, index: number, key: Key): Pressed {
  const { length } = monitActions;
  const at = (next: number): Pressed => ({
    state: { ...state, overlay: { type: 'menu', index: (next + length) % length } },
  });
  if (key === 'up' || key === 'k') return at(index - 1);
  if (key === 'down' || key === 'j') return at(index + 1);
  if (key === 'enter') return ask(state, monitActions[index]);
  if (key === 'escape' || key === 'q') return { state: closed(state) };
  const chosen = monitActions.find((candidate) => candidate.key === key);
  return chosen ? ask(state, chosen) : { state };
}

function closed(state: MonitState): MonitState {
  return { ...state, overlay: { type: 'none' } };
}
