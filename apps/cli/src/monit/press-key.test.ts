import type { Driver } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import { driverDetail } from '@fieldwarden/admin-api/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionsFor, monitActions } from './monit-actions.js';
import { initialState, type MonitState } from './monit-state.js';
import { pressKey, type Pressed } from './press-key.js';

const drivers = ['a', 'b', 'c'].map((id) => driverDetail({ id }));
const start: MonitState = { ...initialState(0), drivers, selected: 'a' };

/** The state after some keys, and what the last of them asked for. */
function press(state: MonitState, ...keys: readonly string[]): Pressed {
  return keys.reduce<Pressed>((pressed, key) => pressKey(pressed.state, key), { state });
}

test.each([
  [['down'], 'b'],
  [['j', 'j'], 'c'],
  [['down', 'down', 'down'], 'c'],
  [['end', 'k'], 'b'],
  [['up'], 'a'],
  [['end', 'home'], 'a'],
])('%j select %s', (keys, selected) => {
  expect(press(start, ...keys).state.selected).toBe(selected);
});

test('another driver has another log', () => {
  const record = { timestamp: '', level: 'info', message: 'of a' };
  expect(press({ ...start, records: [record] }, 'down').state.records).toEqual([]);
  expect(press({ ...start, records: [record] }, 'up').state.records).toEqual([record]);
});

/** A driver for which the action applies. */
function openTo(action: DriverAction): MonitState {
  const changes: Partial<Record<DriverAction, Partial<Driver>>> = {
    start: { state: 'Stopped' },
    reset: { state: 'Faulted', crashLoop: 'open' },
    recycle: { isolation: 'host' },
    demote: { isolation: 'host', tier: 'A' },
    promote: { isolation: 'in-process' },
  };
  return { ...start, drivers: [driverDetail({ id: 'a', ...changes[action] })] };
}

test.each(monitActions)(
  '$key asks for $action where that applies, after a question if that interrupts ($interrupts)',
  ({ key, action, interrupts }) => {
    const state = openTo(action);
    const asked = press(state, key);
    if (interrupts) {
      expect(asked).toEqual({ state: { ...state, overlay: { type: 'confirm', action, id: 'a' } } });
      expect(press(state, key, 'y').wish).toEqual({ type: 'operate', action, id: 'a' });
    } else expect(asked.wish).toEqual({ type: 'operate', action, id: 'a' });
  },
);

test.each(monitActions)('$key does nothing but say why where $action does not apply', ({ key, action, otherwise }) => {
  const stopped = { ...start, drivers: [driverDetail({ id: 'a', state: 'Stopped' })] };
  const { state, wish } = press(action === 'start' ? openTo('restart') : stopped, key);
  expect([wish, state.overlay.type, state.notice?.text]).toEqual([undefined, 'none', `${action} a: ${otherwise}`]);
});

test.each(['n', 'N', 'escape', 'q'])('%s answers the question with no, and quits nothing', (key) => {
  const { state, wish } = press(start, 'r', key);
  expect([wish, state.overlay, state.notice?.text]).toEqual([undefined, { type: 'none' }, 'restart a: not done']);
});

test('nothing but y is a yes', () => {
  const anyKey = fc.oneof(fc.string({ maxLength: 1 }), fc.constantFrom('up', 'enter', 'escape', 'tab', 'page-down'));
  const property = fc.property(fc.array(anyKey.filter((key) => key !== 'y' && key !== 'Y')), (keys) => {
    let state: MonitState = start;
    for (const key of keys) {
      const confirming = state.overlay.type === 'confirm';
      const pressed = pressKey(state, key);
      if (confirming) expect(pressed.wish).toBeUndefined();
      if (pressed.wish?.type === 'operate') expect(['reset', 'start']).toContain(pressed.wish.action);
      state = pressed.state;
    }
  });
  fc.assert(property);
});

test('the driver asked about stays the one that is acted on, whatever is selected meanwhile', () => {
  const { state } = press(start, 'r');
  expect(press({ ...state, selected: 'b' }, 'y').wish).toEqual({ type: 'operate', action: 'restart', id: 'a' });
});

test('the menu has what applies, goes round, and Enter asks for what is chosen', () => {
  const looping = openTo('reset');
  expect(actionsFor(looping.drivers[0]).map(({ action }) => action)).toEqual(['restart', 'reset', 'stop', 'promote']);
  expect(press(looping, 'enter').state.overlay).toEqual({ type: 'menu', action: 'restart' });
  expect(press(looping, 'enter', 'up').state.overlay).toEqual({ type: 'menu', action: 'promote' });
  expect(press(looping, 'enter', 'up', 'down').state.overlay).toEqual({ type: 'menu', action: 'restart' });
  expect(press(looping, 'enter', 'down', 'enter').wish).toEqual({ type: 'operate', action: 'reset', id: 'a' });
  expect(press(looping, 'enter', 'escape').state).toEqual(looping);
  expect(press(looping, 'enter', 's').state.overlay).toMatchObject({ type: 'confirm', action: 'stop' });
  expect(press(openTo('start'), 'enter', 'enter').wish).toEqual({ type: 'operate', action: 'start', id: 'a' });
});

test('what does not apply any more when Enter is pressed is not done', () => {
  const { state } = press(openTo('reset'), 'enter', 'down');
  const { state: after, wish } = press({ ...state, drivers: start.drivers }, 'enter');
  expect([wish, after.notice?.text]).toEqual([undefined, 'reset a: its crash-loop breaker is closed']);
});

test('nothing is asked of a lost gateway', () => {
  const { state, wish } = press({ ...start, lost: 'gone' }, 'x');
  expect([wish, state.notice]).toEqual([undefined, { tone: 'bad', text: 'reset a: the gateway does not answer' }]);
});

test('keys do nothing to a gateway without drivers', () => {
  const empty = initialState(0);
  for (const key of ['r', 'x', 'enter', 'down']) expect(press(empty, key)).toEqual({ state: empty });
});

test.each([
  [['q'], true],
  [['ctrl-c'], true],
  [['r', 'ctrl-c'], true],
  [['enter', 'ctrl-c'], true],
  [['?', 'q'], true],
  [['r', 'q'], false],
  [['enter', 'q'], false],
])('%j quits: %s', (keys, quits) => {
  expect(press(start, ...keys).wish?.type === 'quit').toBe(quits);
});

test('help shows, and goes with any key; e and l choose the pane', () => {
  expect(press(start, '?').state.overlay).toEqual({ type: 'help' });
  expect(press(start, '?', 'r').state).toEqual(start);
  expect(press(start, 'e').state.pane).toBe('events');
  expect(press(start, 'e', 'l').state.pane).toBe('log');
});
