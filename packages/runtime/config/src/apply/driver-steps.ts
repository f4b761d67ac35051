import type { ApplyAction, ApplyStep } from '@fieldwarden/gateway-contract';
import { formatDataType } from '@fieldwarden/core';
import type { ChangedDevice, ChangedDriver, ChangedTag, DeviceChange, LiveSettings } from './apply-plan.js';
import { differingFields, differingTagFields, fieldAt, type FieldNames } from './differing-fields.js';
import type { DriverDocument } from '../document/driver-schema.js';
import { describeOptions, type Written } from './option-differences.js';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { PlantDevice, PlantDriver } from '../resolve/plant.js';
import { counted, listed, showValue } from '../rules/show-value.js';

/** A driver as written before and after; undefined where the document is not at hand. */
export interface WrittenDriver {
  readonly before: DriverDocument | undefined;
  readonly after: DriverDocument | undefined;
}

/** Each thing that happens to a driver that stays, as one step. */
export function describeChangedDriver(
  change: ChangedDriver,
  before: PlantDriver,
  written: WrittenDriver,
): readonly ApplyStep[] {
  const { driverId, next } = change;
  const step = (action: ApplyAction, reason: string, more: Partial<ApplyStep> = {}): ApplyStep => ({
    driverId,
    action,
    reason,
    reconnect: false,
    ...more,
  });
  const runs = before.enabled && next.enabled;
  const steps: ApplyStep[] = [];
  if (change.run === 'stop') steps.push(step('stop', 'enabled: true → false; stops, and its tags turn Bad'));
  if (change.move !== null) steps.push(step('move', moveReason(before, next, runs), { reconnect: runs }));
  if (change.restart) steps.push(step('restart', restartReason(change, before, written, runs), { reconnect: runs }));
  for (const part of change.settings) steps.push(step('settings', settingsReason(part, before, next)));
  for (const device of change.devices) {
    for (const { action, reason } of describeDevice(device, change, before, written)) {
      steps.push(step(action, reason, { device: device.deviceId }));
    }
  }
  if (change.run === 'start') steps.push(step('start', 'enabled: false → true; starts'));
  return steps;
}

function moveReason(before: PlantDriver, next: PlantDriver, runs: boolean): string {
  const cost = runs ? 'its new home is ready before the old one closes' : 'at its next start';
  return `isolation: ${before.isolation} → ${next.isolation}; ${cost}`;
}

function restartReason(
  { next, devices }: ChangedDriver,
  before: PlantDriver,
  written: WrittenDriver,
  runs: boolean,
): string {
  const options = describeOptions(before.options, next.options, {
    before: written.before?.options,
    after: written.after?.options,
  });
  const heard = devices
    .filter((device) => device.kind !== 'change' || device.options)
    .map((device) => `device ${device.deviceId} ${deviceVerbs[device.kind]}`);
  return `${[...options, ...(heard.length > 0 ? [listed(heard)] : [])].join('; ')}; ${runs ? 'reconnects' : 'at its next start'}`;
}

const deviceVerbs = {
  add: 'is new',
  remove: 'goes',
  change: 'has other options',
} as const satisfies Record<DeviceChange['kind'], string>;

interface DeviceStep {
  readonly action: 'devices' | 'tags';
  readonly reason: string;
}

function describeDevice(
  device: DeviceChange,
  { restart }: ChangedDriver,
  before: PlantDriver,
  written: WrittenDriver,
): readonly DeviceStep[] {
  const { deviceId } = device;
  const cost = restart ? 'with the restart' : 'no reconnect';
  const was = before.devices.find(({ id }) => id === deviceId);
  if (device.kind === 'remove') {
    const tags = counted(was?.tags.length ?? 0, 'tag');
    return [{ action: 'devices', reason: `remove device ${deviceId} with ${tags}: ${cost}` }];
  }
  if (device.kind === 'add') {
    const tags = counted(device.device.tags.length, 'tag');
    return [{ action: 'devices', reason: `add device ${deviceId} with ${tags}: ${cost}` }];
  }
  const steps: DeviceStep[] = [];
  if (device.options) {
    const told = describeOptions(was?.options, device.device.options, writtenOptions(deviceId, written));
    steps.push({ action: 'devices', reason: `${told.join('; ')}: ${cost}` });
  }
  const tags = describeTags(device, was);
  if (tags !== undefined)
    steps.push({ action: 'tags', reason: `${tags}: ${readsOn(device) ? `${cost}, reads go on as they are` : cost}` });
  return steps;
}

function writtenOptions(deviceId: string, { before, after }: WrittenDriver): Written {
  const of = (driver: DriverDocument | undefined): unknown =>
    driver?.devices?.find(({ id }) => id === deviceId)?.options;
  return { before: of(before), after: of(after) };
}

/** Nothing is read otherwise than before. */
function readsOn({ tags }: ChangedDevice): boolean {
  return tags.added.length + tags.removed.length === 0 && tags.changed.every(({ newPlan }) => !newPlan);
}

function describeTags({ tags }: ChangedDevice, was: PlantDevice | undefined): string | undefined {
  const { added, removed, changed } = tags;
  const byPath = new Map(changed.length > 0 ? was?.tags.map((tag) => [tag.path, tag]) : []);
  const parts = [
    many('add', 'tag', added.map(({ path }) => path)),
    many('remove', 'tag', removed),
    many('change', 'tag', changed.slice(0, 5).map((tag) => tagDifference(byPath.get(tag.next.path), tag)), changed.length),
  ]; // prettier-ignore
  const told = parts.filter((part) => part !== undefined);
  return told.length === 0 ? undefined : told.join(', ');
}

/** `add 3 tags (a, b, c)`; only the first few by name. */
function many(verb: string, what: string, names: readonly string[], count = names.length): string | undefined {
  if (count === 0) return undefined;
  const shown = names.slice(0, 3).join(', ');
  return `${verb} ${counted(count, what)} (${shown}${count > 3 ? ', …' : ''})`;
}

function tagDifference(before: PlantTag | undefined, { next }: ChangedTag): string {
  if (!before) return next.path;
  const told = differingTagFields(before, next)
    .filter((field) => field !== 'range')
    .map((field) => `${writtenNames[field] ?? field} ${shown(before, field)} → ${shown(next, field)}`);
  return `${next.path}: ${listed(told, 3)}`;
}

const writtenNames: Partial<Record<keyof PlantTag, string>> = { type: 'dataType' };

function shown(tag: PlantTag, field: keyof PlantTag): string {
  return tag[field] === undefined ? 'none' : showValue(field === 'type' ? formatDataType(tag.type) : tag[field]);
}

function settingsReason(part: LiveSettings, before: PlantDriver, next: PlantDriver): string {
  const told = differingFields(before[part], next[part])
    .filter((names) => names[1] !== 'unsubscribe') // follows subscribe
    .map((names) => {
      const [was, is] = [before[part], next[part]].map((settings) => showValue(fieldAt(settings, names)));
      return `${writtenName(part, names)} ${was} → ${is}`;
    });
  return `${listed(told)}; nothing stops`;
}

/** Resolved names → those of the document, where they differ. */
const settingNames: Readonly<Record<string, string>> = {
  idempotentWriteRetries: 'write.retries',
  breakerFailures: 'breaker.failures',
  probeMs: 'breaker.probeMs',
  maxProbeMs: 'breaker.maxProbeMs',
};

function writtenName(part: LiveSettings, names: FieldNames): string {
  const within = names[0] === 'capabilities' ? names.slice(1) : names;
  return `${part}.${settingNames[within[0]] ?? within.join('.')}`;
}
