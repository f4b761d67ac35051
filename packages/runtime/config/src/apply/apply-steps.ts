import type { ApplyStep } from '@fieldwarden/gateway-contract';
import type { ApplyPlan, BothPlants as Both, DriverChange, GatewayChange } from './apply-plan.js';
import { describeChangedDriver } from './driver-steps.js';
import { describeService } from './service-steps.js';
import { differingFields, fieldAt } from './differing-fields.js';
import type { Plant, PlantDriver } from '../resolve/plant.js';
import { counted, listed, showValue } from '../rules/show-value.js';

/** A plan's changes for people: one step for each thing that is done. */
export function describeSteps(
  { drivers, services, gateway }: Pick<ApplyPlan, 'drivers' | 'services' | 'gateway'>,
  both: Both,
): readonly ApplyStep[] {
  return [
    ...drivers.flatMap((change) => describeDriver(change, both)),
    ...services.map((change) => describeService(change, both)),
    ...describeGateway(gateway, both),
  ];
}

function describeDriver(change: DriverChange, { old, next, context: { written } }: Both): readonly ApplyStep[] {
  const { driverId } = change;
  const before = old?.drivers.find(({ id }) => id === driverId);
  if (change.kind === 'add') return [added(change.driver, before)];
  if (change.kind === 'remove') {
    return [
      removed(
        driverId,
        before,
        next.drivers.find(({ id }) => id === driverId),
      ),
    ];
  }
  return describeChangedDriver(change, before as PlantDriver, {
    before: written?.old?.drivers?.find(({ id }) => id === driverId),
    after: written?.next.drivers?.find(({ id }) => id === driverId),
  });
}

function added(driver: PlantDriver, before: PlantDriver | undefined): ApplyStep {
  const { id, type, enabled } = driver;
  const what = before ? `as ${type}` : `new driver of type ${type}`;
  const then = enabled ? 'starts' : 'does not start: it is disabled';
  return {
    driverId: id,
    action: 'add',
    reason: `${what} with ${sizeOf(driver)}; ${then}`,
    reconnect: before !== undefined,
  };
}

function removed(driverId: string, before: PlantDriver | undefined, next: PlantDriver | undefined): ApplyStep {
  const why = next && before ? typeDifference(before, next) : 'no longer in the plant';
  const size = before ? `; its ${sizeOf(before)} go` : '';
  return { driverId, action: 'remove', reason: `${why}${size}`, reconnect: false };
}

function typeDifference(before: PlantDriver, next: PlantDriver): string {
  if (before.type !== next.type) return `type changed: ${before.type} → ${next.type}`;
  return `tier of ${next.type} changed: ${before.tier} → ${next.tier}`;
}

function sizeOf({ devices }: PlantDriver): string {
  const tags = devices.reduce((sum, device) => sum + device.tags.length, 0);
  return `${counted(devices.length, 'device')} and ${counted(tags, 'tag')}`;
}

function describeGateway({ logging, tls, site }: GatewayChange, { old, next }: Both): readonly ApplyStep[] {
  const step = (reason: string, reconnect = false): ApplyStep => ({
    driverId: null,
    action: 'gateway',
    reason,
    reconnect,
  });
  const steps: ApplyStep[] = [];
  if (logging) steps.push(step(`logging: ${differences(old?.logging, logging)}; nothing stops`));
  if (tls && old) steps.push(step(`tls: ${differences(old.tls, tls)}; ${tlsEffect(old.tls, tls)}`));
  if (site !== null)
    steps.push(step(`site: ${old?.site} → ${next.site}; takes effect at the next start of the gateway`));
  return steps;
}

/** The port stays open: only what new connections are met with changes. */
function tlsEffect(before: Plant['tls'], after: Plant['tls']): string {
  if (before.enabled === after.enabled)
    return after.enabled ? 'new connections to the console get the other certificate' : 'TLS is off, nothing changes';
  return after.enabled
    ? 'the console and the Admin API answer by https alone; who is signed in over http signs in again'
    : 'the console and the Admin API answer by http, unencrypted; who is signed in signs in again';
}

/** For settings of the gateway itself, which hold no secrets. */
function differences(before: unknown, after: unknown): string {
  const told = differingFields(before ?? {}, after).map((names) => {
    const is = showValue(fieldAt(after, names));
    return before === undefined
      ? `${names.join('.')} ${is}`
      : `${names.join('.')} ${showValue(fieldAt(before, names))} → ${is}`;
  });
  return listed(told);
}
