import { driverDetail } from '@fieldwarden/admin-api/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monitActions } from './monit-actions.js';
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

test.each(monitActions)(
  '$key asks for $action, after a question if that interrupts ($interrupts)',
  ({ key, action, interrupts }) => {
    const asked = press(start, key);
    if (interrupts) {
      expect(asked).toEqual({ state: { ...start, overlay: { type: 'confirm', action, id: 'a' } } });
      expect(press(start, key, 'y').wish).toEqual({ type: 'operate', action, id: 'a' });
    } else expect(asked.wish).toEqual({ type: 'operate', action, id: 'a' });
  },
);

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

test('the menu goes round, and Enter asks for what is chosen', () => {
  expect(press(start, 'enter', 'up').state.overlay).toEqual({ type: 'menu', index: monitActions.length - 1 });
  expect(press(start, 'enter', 'down', 'down', 'enter').wish).toEqual({ type: 'operate', action: 'reset', id: 'a' });
  expect(press(start, 'enter', 'escape').state).toEqual(start);
  expect(press(start, 'enter', 's').state.overlay).toMatchObject({ type: 'confirm', action: 'stop' });
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
