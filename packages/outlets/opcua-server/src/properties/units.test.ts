import { expect, test } from 'vitest';
import { unitCode, unitId } from './units.js';

test.each([
  ['1/min', 'C94'],
  ['min⁻¹', 'C94'],
  ['min^-1', 'C94'],
  ['rpm', 'RPM'],
  ['kW·h', 'KWH'],
  ['kWh', 'KWH'],
  ['kW*h', 'KWH'],
  ['kW h', 'KWH'],
  ['bar(g)', 'BAR'],
  ['barg', 'BAR'],
  ['bar a', 'BAR'],
  ['bar', 'BAR'],
  ['mbar abs', 'MBR'],
  ['psig', 'PS'],
  ['kPa', 'KPA'],
  ['m³/h', 'MQH'],
  ['m3/h', 'MQH'],
  ['m^3/h', 'MQH'],
  ['B', 'AD'],
  ['%', 'P1'],
  ['°C', 'CEL'],
  ['µm', '4H'],
  ['μm', '4H'],
  ['um', '4H'],
  ['Ω', 'OHM'],
  ['t/h', 'E18'],
  ['N·m', 'NU'],
  ['mPa·s', 'C24'],
  ['ms', 'C26'],
  ['mS', 'C27'],
  ['MW', 'MAW'],
  ['mW', 'C31'],
  ['Pa', 'PAL'],
  ['m·s', undefined],
  ['m³ / h', 'MQH'],
  ['J/(kg K)', 'B11'],
  ['widgets', undefined],
  ['', undefined],
])('%j is %s', (unit, code) => {
  expect(unitCode(unit)).toBe(code);
});

test('a code is a number by its characters', () => {
  expect([unitId('C94'), unitId('CEL'), unitId('KWH'), unitId('AD'), unitId('4H')]).toEqual([
    4_405_556, 4_408_652, 4_937_544, 16_708, 13_384,
  ]);
});
