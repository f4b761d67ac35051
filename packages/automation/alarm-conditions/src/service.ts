import { defineService } from '@fieldwarden/service';
import { AlarmService } from './alarm-service.js';
import { checkAlarms } from './check/check-alarms.js';
import { alarmSettings, type AlarmSettings } from './settings.js';

/** The alarm conditions of a plant (SPEC §18.1): `alarms: [{ id: filler-hot, … }]`. */
export default defineService<AlarmSettings>({
  name: 'alarms',
  title: 'Alarms',
  version: '1.0.0',
  section: 'alarms',
  rows: 'conditions',
  entry: import.meta.url,
  isolation: 'in-process',
  inProcessOnly: true,
  disturbance: { restart: 'what is active goes on', stop: 'alarms of the plant end' },
  schema: alarmSettings,
  check: checkAlarms,
  changesLive: () => true,
  create: (context) => new AlarmService(context),
});
