import { stripVTControlCharacters } from 'node:util';
import { driverDetail, gatewayStatus } from '@fieldwarden/admin-api/testing';
import type { Driver } from '@fieldwarden/admin-contract';
import { driverStates, type ErrorReport } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colours, noColours } from '../output/palette.js';
import { initialState, refreshed, withEvents, withRecords, type MonitState } from './monit-state.js';
import { screenLines } from './screen-lines.js';

process.env.TZ = 'UTC'; // local times are shown

const nowMs = Date.parse('2030-01-01T00:01:00.000Z');
const timeout: ErrorReport = {
  code: 'MODBUS_TIMEOUT',
  kind: 'timeout',
  message: 'no answer within 1000 ms',
  at: '2030-01-01T00:00:00.000Z',
};
const press = driverDetail({
  id: 'press',
  type: 's7',
  tier: 'C',
  isolation: 'host',
  pid: 47_110,
  spawn: 4,
  state: 'Reconnecting',
  upMs: 61_000,
  restarts: { crash: 2, recycle: 1, operator: 0 },
  memory: { bytes: 640e6, baselineBytes: 8e6, softBytes: 508e6, hardBytes: 1_016e6, state: 'Soft' },
  cpuPercent: 12.4,
  heartbeatMs: 412,
  pending: 3,
  lastCause: 'memory-hard',
  lastError: timeout,
});
const shown: MonitState = withRecords(
  refreshed({ ...initialState(nowMs), selected: 'press' }, gatewayStatus(), [driverDetail(), press], nowMs),
  [
    { timestamp: '2030-01-01T00:00:01.000Z', level: 'info', message: 'connected', driverId: 'press' },
    { timestamp: '2030-01-01T00:00:02.500Z', level: 'warn', message: 'no answer', driverId: 'press' },
  ],
);

const text = (state: MonitState, columns = 80, rows = 24): string =>
  screenLines(state, columns, rows, noColours)
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();

test('shows gateway, drivers and the log of the selected one on 80 × 24', () => {
  expect(`\n${text(shown)}\n`).toMatchInlineSnapshot(`
    "
    lab · up 1 min 1 s · tags 2 good 0 uncertain 0 bad · 1 Healthy 1 Reconnecting ·
      ID        TYPE   STATE        PROCESS   UP RST CPU MEMORY         BEAT CAUSE
      packaging modbus Healthy      gateway 1h02   1   - -                 - -
    › press     s7     Reconnecting 47110     1m   3 12% ▓▓▓░ 640M/508M 0.4s memory…
    ── Log of press ────────────────────────────────────────────────────────────────
    s7 C · 640.0 MB (soft 508.0 MB, hard 1.0 GB) Soft · 3 pending · 1 min ago: no a…
    00:00:01 info  connected
    00:00:02 warn  no answer















    ↑↓ select  Enter actions  e events  l log  ? help  q quit
    "
  `);
});

test('shows more where there is more room', () => {
  const [, head, , row] = text(shown, 120).split('\n');
  expect(head).toMatch(/ID +TYPE +STATE +PROCESS +UP RST +CPU MEMORY +BEAT CAUSE/);
  expect(row).toBe(
    '› press     s7     Reconnecting host 47110   1m   3 12% ▓▓▓▓▓▓░░░░ 640M of 508M/1.0G 0.4s memory-hard',
  );
});

test('says how old everything is once the gateway does not answer, and why', () => {
  const lines = text({ ...shown, lost: 'No gateway runs on ~/x.', nowMs: nowMs + 12_000 }).split('\n');
  expect(lines[0]).toMatch(/^ no answer for 12 s {2}· lab/);
  expect(lines).toContainEqual('No gateway runs on ~/x. Trying again …');
  expect(lines.at(-1)).toBe('shown is what was 12 s ago');
});

test('shows events of the whole gateway in their pane', () => {
  const event = {
    seq: 1,
    at: '2030-01-01T00:00:03.000Z',
    type: 'alarm',
    driverId: 'press',
    message: 'crash loop',
  } as const;
  const state = withEvents({ ...shown, pane: 'events' }, [event]);
  expect(text(state)).toContain('── Events ──');
  expect(text(state)).toContain('00:00:03 alarm   [press] crash loop');
  expect(text({ ...shown, pane: 'events' })).toContain('Nothing has happened yet.');
});

test('asks for a yes at the bottom, and shows there what became of an action', () => {
  const asking = text({ ...shown, overlay: { type: 'confirm', action: 'restart', id: 'press' } });
  expect(asking.split('\n').at(-1)).toBe(' restart press? y/n');
  const done = text({ ...shown, notice: { tone: 'good', text: 'restart press: Healthy' } });
  expect(done.split('\n').at(-1)).toBe('restart press: Healthy');
  const past = text({ ...shown, notice: { tone: 'good', text: 'restart press: Healthy', untilMs: nowMs } });
  expect(past.split('\n').at(-1)).toContain('q quit');
});

test('help and menu stand in the place of the pane', () => {
  expect(text({ ...shown, overlay: { type: 'help' } })).toMatch(
    /── Keys ─+\n[^]*\n d {8}demote: move it back into the gateway\n/,
  );
  expect(text({ ...shown, overlay: { type: 'menu', action: 'recycle' } })).toMatch(
    /What to do with press[^]*\n› c {2}recycle/,
  );
});

test('keeps the newest lines of the log when there are too many', () => {
  const records = Array.from({ length: 900 }, (_, i) => ({
    timestamp: timeout.at,
    level: 'info',
    message: `line ${i}.`,
  }));
  const state = withRecords(shown, records);
  expect(state.records).toHaveLength(500);
  expect(text(state)).toContain('line 899.');
  expect(text(state)).not.toContain('line 800.');
});

test('shows the selected driver among more than there is room for', () => {
  const drivers = Array.from({ length: 200 }, (_, i) => driverDetail({ id: `driver-${i}` }));
  for (const selected of ['driver-0', 'driver-77', 'driver-199']) {
    expect(text({ ...shown, drivers, selected })).toContain(`› ${selected} `);
  }
});

test('no control character of a device reaches the terminal', () => {
  const evil = '\u001b[2J\u0007\n';
  const state = withRecords({ ...shown, drivers: [{ ...press, lastError: { ...timeout, message: evil } }] }, [
    { timestamp: timeout.at, level: 'info', message: evil },
  ]);
  expect(screenLines(state, 80, 24, noColours).join('')).not.toMatch(/[\u0000-\u001f]/u);
});

test('is exactly as large as the terminal, whatever is shown', () => {
  const name = fc.string({ maxLength: 50, unit: 'grapheme-ascii' });
  const bytes = fc.option(fc.integer({ min: 0, max: 2 ** 50 }));
  const driver: fc.Arbitrary<Driver> = fc
    .record({
      id: name,
      type: name,
      state: fc.constantFrom(...driverStates),
      isolation: fc.constantFrom('host' as const, 'in-process' as const),
      pid: fc.option(fc.integer({ min: 1, max: 4_194_304 })),
      upMs: fc.option(fc.integer({ min: 0, max: 10 ** 13 })),
      crashLoop: fc.constantFrom('closed' as const, 'open' as const),
      lastCause: fc.option(name),
      cpuPercent: fc.option(fc.double({ min: 0, max: 400, noNaN: true })),
      heartbeatMs: fc.option(fc.integer({ min: 0, max: 10 ** 6 })),
      bytes,
      softBytes: bytes,
      hardBytes: bytes,
    })
    .map(({ bytes: now, softBytes, hardBytes, ...rest }) => ({
      ...driverDetail(),
      ...rest,
      memory: { bytes: now, baselineBytes: null, softBytes, hardBytes, state: null },
    }));
  const overlay = fc.constantFrom<MonitState['overlay']>(
    { type: 'none' },
    { type: 'help' },
    { type: 'menu', action: 'stop' },
    { type: 'confirm', action: 'stop', id: 'x'.repeat(200) },
  );
  const property = fc.property(
    fc.array(driver, { maxLength: 40 }),
    overlay,
    fc.option(name, { nil: undefined }),
    fc.integer({ min: 1, max: 250 }),
    fc.integer({ min: 1, max: 70 }),
    (drivers, over, lost, columns, rows) => {
      const state = { ...refreshed(shown, gatewayStatus(), drivers, nowMs), overlay: over, lost };
      const lines = screenLines(state, columns, rows, colours);
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect([...stripVTControlCharacters(line)]).toHaveLength(columns);
    },
  );
  fc.assert(property);
});
