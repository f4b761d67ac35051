import type { PlantDocument } from '@fieldwarden/config';
import { expect, test } from 'vitest';
import { withDriverOptions } from './driver-options.js';

const plant = {
  version: 1,
  site: 'lab',
  drivers: [
    { id: 'line', type: 'modbus', options: { host: '127.0.0.1', port: 5020 }, devices: [] },
    { id: 'field', type: 'mqtt', options: { url: 'mqtt://127.0.0.1:11883' }, devices: [] },
  ],
  mqtt: { url: 'mqtt://127.0.0.1:11883', commands: true },
} as unknown as PlantDocument;

const moved = (driver: string, name: string, value: string | number) => [{ driver, name, value }];
const elsewhere = 'mqtt://127.0.0.1:40000';

test('sets an option of a driver, and of a section where no driver has the name', () => {
  expect(withDriverOptions(plant, moved('line', 'port', 40001)).drivers![0].options).toMatchObject({ port: 40001 });
  expect(withDriverOptions(plant, moved('field', 'url', elsewhere)).drivers![1].options).toEqual({ url: elsewhere });
  const after = withDriverOptions(plant, moved('mqtt', 'url', elsewhere));
  expect(after).toEqual({ ...plant, mqtt: { url: elsewhere, commands: true } });
  expect(after.drivers).toBe(plant.drivers);
});

test('changes nothing of what has the option already, is not there, or is a list', () => {
  expect(withDriverOptions(plant, moved('mqtt', 'url', 'mqtt://127.0.0.1:11883'))).toBe(plant);
  expect(withDriverOptions(plant, moved('opcua', 'port', 1))).toBe(plant);
  const list = { ...plant, mqtt: [{ id: 'a', url: 'mqtt://127.0.0.1:11883' }] } as unknown as PlantDocument;
  expect(withDriverOptions(list, moved('mqtt', 'url', elsewhere))).toBe(list);
  const named = { ...plant, drivers: [{ ...plant.drivers![0], id: 'mqtt' }] } as PlantDocument;
  expect(withDriverOptions(named, moved('mqtt', 'url', elsewhere))).not.toHaveProperty('mqtt.url', elsewhere);
});

test('leaves alone what an operator sent to another host', () => {
  const sent = { ...plant, mqtt: { url: 'mqtt://broker.plant', commands: true } } as unknown as PlantDocument;
  expect(withDriverOptions(sent, moved('mqtt', 'url', elsewhere), plant)).toBe(sent);
  const [line, field] = plant.drivers!;
  const other = { ...plant, drivers: [line, { ...field, options: { url: 'mqtt://broker.plant' } }] } as PlantDocument;
  expect(withDriverOptions(other, moved('field', 'url', elsewhere), plant)).toBe(other);
});
