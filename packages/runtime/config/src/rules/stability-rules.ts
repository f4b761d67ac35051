import type { DriverDefinition } from '@fieldwarden/driver';
import { recyclePlanProblems } from '@fieldwarden/stability';
import type { DriverDocument } from '../document/driver-schema.js';
import type { FieldPath, Findings } from './findings.js';
import { isInProcess } from './resilience-rules.js';
import { resolveMemory } from '../resolve/resolve-settings.js';
import type { SoundPart } from '../document/schema-walk.js';
import { stabilityDefaults } from '../document/tier-defaults.js';

type DriverDraft = SoundPart<DriverDocument>;

export function checkStability(
  driver: DriverDraft,
  definition: DriverDefinition | undefined,
  path: FieldPath,
  findings: Findings,
): void {
  const { stability } = driver;
  if (stability === undefined) return;
  const where = [...path, 'stability'];
  checkRecycle(stability.recycle, [...where, 'recycle'], findings);
  if (definition === undefined) return;
  checkMemory(driver, definition, [...where, 'memory'], findings);
  if (stability.recycle === undefined || !isInProcess(driver, definition)) return;
  const message =
    'a driver that runs in-process has no Host that could be recycled; set isolation: host, or leave recycle out';
  findings.error([...where, 'recycle'], 'recycle-in-process', message);
}

type RecycleDraft = NonNullable<DriverDraft['stability']>['recycle'];

function checkRecycle(recycle: RecycleDraft, path: FieldPath, findings: Findings): void {
  if (recycle?.cron === undefined) return;
  const timeZone = recycle.timeZone ?? stabilityDefaults.recycle.timeZone;
  for (const { field, message } of recyclePlanProblems({ cron: recycle.cron, timeZone })) {
    findings.error([...path, field], field === 'cron' ? 'cron' : 'time-zone', message);
  }
}

function checkMemory(driver: DriverDraft, definition: DriverDefinition, path: FieldPath, findings: Findings): void {
  const { sampleMs, baselineWindowMs, recycleOnSoft } = resolveMemory(driver.stability?.memory, definition.tier);
  if (baselineWindowMs < sampleMs) {
    const message = `baselineWindowMs ${baselineWindowMs} is less than sampleMs ${sampleMs}: one sample decides what is normal`;
    findings.warning([...path, 'baselineWindowMs'], 'baseline-short', message);
  }
  if (recycleOnSoft && isInProcess(driver, definition)) {
    const message =
      'recycleOnSoft is for Hosts and has no effect on a driver that runs in-process; set isolation: host';
    findings.warning([...path, 'recycleOnSoft'], 'stability-in-process', message);
  }
}
