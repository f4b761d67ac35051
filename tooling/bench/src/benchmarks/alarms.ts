import type { Benchmark } from '../benchmark.js';
import { judgedAlarms } from '../judged-alarms.js';

/** SPEC §15: what 10,000 conditions cost the core on 10,000 changes a second. */
export const alarms: Benchmark = {
  name: 'alarms',
  title: '10,000 alarm conditions on 10,000 changes/s',
  run: ({ quick }) => Promise.resolve(judgedAlarms(quick)),
};
