import type { ApplyStep } from '@fieldwarden/gateway-contract';
import type { ServiceDefinition } from '@fieldwarden/service';
import { isRecord } from '../document/schema-walk.js';
import type { PlantDocument } from '../document/plant-document.js';
import type { PlantService } from '../resolve/plant.js';
import { listed } from '../rules/show-value.js';
import type { ApplyContext, BothPlants, ServiceChange } from './apply-plan.js';
import { describeFields } from './option-differences.js';

/** What becomes of one service, as one step. */
export function describeService(change: ServiceChange, { old, next, context }: BothPlants): ApplyStep {
  const { serviceId } = change;
  const before = old?.services.find(({ id }) => id === serviceId);
  const after = next.services.find(({ id }) => id === serviceId);
  const service = (after ?? before)!;
  const definition = context.services.get(service.use ?? service.name);
  const title =
    service.id === service.name
      ? (definition?.title ?? service.name)
      : `${definition?.title ?? service.name} ${service.id}`;
  const step = (reason: string, reconnect = false): ApplyStep => ({
    driverId: null,
    serviceId,
    action: 'gateway',
    reason: `${title}: ${reason}`,
    reconnect,
  });
  if (change.kind === 'remove') return step(`no longer in the plant; it stops${and(definition?.disturbance?.stop)}`);
  if (change.kind === 'add')
    return step(change.service.enabled ? 'new; it starts' : 'new; it is disabled and does not start');
  const what = listed(differences(before!, change.next, definition, context.written));
  if (change.live) return step(`${what}; taken over while it runs`);
  if (!change.next.enabled)
    return step(before?.enabled ? `${what}; it stops${and(definition?.disturbance?.stop)}` : `${what}; it is off`);
  return before?.enabled
    ? step(`${what}; it starts anew${and(definition?.disturbance?.restart)}`, true)
    : step(`${what}; it starts`);
}

const and = (what: string | undefined): string => (what === undefined ? '' : `, and ${what}`);

function differences(
  before: PlantService,
  next: PlantService,
  definition: Pick<ServiceDefinition, 'section' | 'rows'> | undefined,
  written: ApplyContext['written'],
): readonly string[] {
  const own = (['enabled', 'isolation', 'critical'] as const).flatMap((field) =>
    before[field] === next[field] ? [] : [`${field} ${before[field]} → ${next[field]}`],
  );
  const asWritten = {
    before: writtenSettings(before, definition, written?.old),
    after: writtenSettings(next, definition, written?.next),
  };
  const settings = describeFields(before.settings, next.settings, asWritten, 'none');
  return [...own, ...settings];
}

/** Settings as they stand in a document, secrets as references. */
function writtenSettings(
  service: PlantService,
  definition: Pick<ServiceDefinition, 'section' | 'rows'> | undefined,
  document: PlantDocument | null | undefined,
): unknown {
  if (!document) return undefined;
  if (service.use !== null) return document.services?.find(({ id }) => id === service.id)?.options;
  const written = document[definition?.section ?? service.name];
  if (definition?.rows !== undefined) return { [definition.rows]: written };
  return Array.isArray(written) ? written.find((entry) => isRecord(entry) && entry.id === service.id) : written;
}
