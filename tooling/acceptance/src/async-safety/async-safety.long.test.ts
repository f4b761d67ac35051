import { beforeAll, describe, expect, it } from 'vitest';
import { describeReport, describeTrial, runAsyncSafety, type SafetyReport } from './safety-run.js';

const thorough = process.env.FIELDWARDEN_LONG === '1';

describe('a callback that goes wrong (§3.6)', () => {
  let report: SafetyReport;

  beforeAll(async () => {
    report = await runAsyncSafety(thorough);
    console.log(describeReport(report));
  }, 600_000);

  it('was tried at the timers, events and microtasks of runtime, outlets, drivers and gateway', () => {
    const places = report.trials.filter(({ outcome }) => outcome !== 'not reached').map(({ key }) => key);
    for (const place of ['packages/runtime/', 'packages/outlets/', 'packages/drivers/', 'apps/gateway/'])
      expect(places.filter((key) => key.includes(` ${place}`)).length).toBeGreaterThan(0);
    for (const kind of ['setTimeout', 'on(', 'addEventListener(', 'queueMicrotask'])
      expect(places.filter((key) => key.startsWith(kind)).length).toBeGreaterThan(0);
    expect(new Set(places).size).toBeGreaterThan(report.sites.length / 3);
  });

  it('ends nothing, is in the log, leaves the other drivers alone, and its own part recovers or says what is wrong', () => {
    expect(report.trials.filter(({ failure }) => failure !== undefined).map(describeTrial)).toEqual([]);
  });
});
