import type { Driver, Status } from '@fieldwarden/admin-contract';
import type { DriverAction, GatewayEvent, LogRecord } from '@fieldwarden/gateway-contract';

/** Everything that is on the screen, and nothing else. */
export interface MonitState {
  /** ms since 1970 UTC. */
  readonly nowMs: number;
  /** When drivers and status were as shown; ms since 1970 UTC. */
  readonly refreshedAtMs: number;
  /** Why nothing comes from the gateway; undefined while it answers. */
  readonly lost: string | undefined;
  readonly status: Status | undefined;
  readonly drivers: readonly Driver[];
  /** Id of the driver that keys act on. */
  readonly selected: string | undefined;
  readonly pane: 'log' | 'events';
  /** Of the selected driver, oldest first. */
  readonly records: readonly LogRecord[];
  /** Of the whole gateway, oldest first. */
  readonly events: readonly GatewayEvent[];
  readonly overlay: Overlay;
  /** What became of the last action. */
  readonly notice: Notice | undefined;
}

export type Overlay =
  | { readonly type: 'none' }
  | { readonly type: 'help' }
  /** The action that is chosen: what is offered may change while the menu is open. */
  | { readonly type: 'menu'; readonly action: DriverAction }
  | { readonly type: 'confirm'; readonly action: DriverAction; readonly id: string };

export interface Notice {
  readonly tone: 'good' | 'warning' | 'bad';
  readonly text: string;
  /** ms since 1970 UTC; undefined = until something else takes its place. */
  readonly untilMs?: number;
}

export function initialState(nowMs: number): MonitState {
  return {
    nowMs,
    refreshedAtMs: nowMs,
    lost: undefined,
    status: undefined,
    drivers: [],
    selected: undefined,
    pane: 'log',
    records: [],
    events: [],
    overlay: { type: 'none' },
    notice: undefined,
  };
}

export function selectedDriver({ drivers, selected }: MonitState): Driver | undefined {
  return drivers.find(({ id }) => id === selected);
}

/** Lines that a pane keeps: more than any terminal shows. */
export const keptLines = 500;

/** New figures. The selection stays on its driver, or goes to the first if that is gone. */
export function refreshed(
  state: MonitState,
  status: Status,
  drivers: readonly Driver[],
  refreshedAtMs: number,
): MonitState {
  const stays = drivers.some(({ id }) => id === state.selected);
  const selected = stays ? state.selected : drivers.at(0)?.id;
  return { ...state, status, drivers, selected, refreshedAtMs, lost: undefined };
}

export function withRecords(state: MonitState, added: readonly LogRecord[]): MonitState {
  return { ...state, records: [...state.records, ...added].slice(-keptLines) };
}

export function withEvents(state: MonitState, added: readonly GatewayEvent[]): MonitState {
  return { ...state, events: [...state.events, ...added].slice(-keptLines) };
}
