import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { Key } from './keys.js';
import { actionsFor, monitActions, type MonitAction } from './monit-actions.js';
import { selectedDriver, type MonitState } from './monit-state.js';

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
      return inMenu(state, state.overlay.action, key);
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
  const [first] = actionsFor(selectedDriver(state));
  if (key === 'enter' && first) return { state: { ...state, overlay: { type: 'menu', action: first.action } } };
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

/** At once, or after a question if values stop coming; not if it does not apply. A driver of a lost gateway cannot be asked for anything. */
function ask(state: MonitState, { action, interrupts, otherwise }: MonitAction): Pressed {
  const { selected: id, lost } = state;
  if (id === undefined) return { state: closed(state) };
  if (lost !== undefined) {
    return {
      state: { ...closed(state), notice: { tone: 'bad', text: `${action} ${id}: the gateway does not answer` } },
    };
  }
  const isOffered = actionsFor(selectedDriver(state)).some((offered) => offered.action === action);
  if (!isOffered) {
    return { state: { ...closed(state), notice: { tone: 'warning', text: `${action} ${id}: ${otherwise}` } } };
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

function inMenu(state: MonitState, chosen: DriverAction, key: Key): Pressed {
  const offered = actionsFor(selectedDriver(state));
  const index = offered.findIndex(({ action }) => action === chosen);
  const at = (next: number): Pressed => {
    const action = offered.at(next % offered.length)?.action ?? chosen;
    return { state: { ...state, overlay: { type: 'menu', action } } };
  };
  if (key === 'up' || key === 'k') return at(Math.max(index, 0) - 1);
  if (key === 'down' || key === 'j') return at(index + 1);
  const pressed = monitActions.find((candidate) =>
    key === 'enter' ? candidate.action === chosen : candidate.key === key,
  );
  if (pressed) return ask(state, pressed);
  return key === 'escape' || key === 'q' ? { state: closed(state) } : { state };
}

function closed(state: MonitState): MonitState {
  return { ...state, overlay: { type: 'none' } };
}
