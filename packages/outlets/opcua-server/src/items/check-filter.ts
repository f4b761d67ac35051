import {
  AggregateFilter,
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  DeadbandType,
  EventFilter,
  MonitoringMode,
  StatusCodes,
  type StatusCode as UaStatusCode,
} from 'node-opcua';

/** A node, as far as a filter depends on it. */
interface FilteredNode {
  readonly dataType?: { readonly namespace: number; readonly value: unknown };
  getChildByName?(name: string): unknown;
}

const triggers: readonly number[] = [
  DataChangeTrigger.Status,
  DataChangeTrigger.StatusValue,
  DataChangeTrigger.StatusValueTimestamp,
];

const deadbandTypes: readonly number[] = [DeadbandType.None, DeadbandType.Absolute, DeadbandType.Percent];

const monitoringModes: readonly number[] = [MonitoringMode.Disabled, MonitoringMode.Sampling, MonitoringMode.Reporting];

/**
 * Undefined for a filter that can be served (OPC 10000-4, 7.22; OPC 10000-8, 7.2). The library accepts what it then asserts against with
 * every change, and checks a ModifyMonitoredItems after it has carried it out.
 */
export function refusedFilter(filter: unknown, attributeId: AttributeIds, node: unknown): UaStatusCode | undefined {
  if (filter === null || filter === undefined || attributeId === AttributeIds.EventNotifier) return undefined;
  if (filter instanceof AggregateFilter) return StatusCodes.BadMonitoredItemFilterUnsupported;
  if (filter instanceof EventFilter) return StatusCodes.BadFilterNotAllowed;
  if (!(filter instanceof DataChangeFilter)) return StatusCodes.BadMonitoredItemFilterInvalid;
  if (attributeId !== AttributeIds.Value) return StatusCodes.BadFilterNotAllowed;
  if (!triggers.includes(filter.trigger)) return StatusCodes.BadMonitoredItemFilterInvalid;
  return refusedDeadband(filter, node ?? {});
}

/** The other reason not to make an item. */
export function refusedMode(mode: number): UaStatusCode | undefined {
  return monitoringModes.includes(mode) ? undefined : StatusCodes.BadMonitoringModeInvalid;
}

function refusedDeadband(
  { deadbandType, deadbandValue }: DataChangeFilter,
  node: FilteredNode,
): UaStatusCode | undefined {
  if (!deadbandTypes.includes(deadbandType)) return StatusCodes.BadDeadbandFilterInvalid;
  if (deadbandType === (DeadbandType.None as number)) return undefined;
  if (!isNumeric(node)) return StatusCodes.BadFilterNotAllowed;
  if (!Number.isFinite(deadbandValue) || deadbandValue < 0) return StatusCodes.BadDeadbandFilterInvalid;
  if (deadbandType !== (DeadbandType.Percent as number)) return undefined;
  if (deadbandValue > 100) return StatusCodes.BadDeadbandFilterInvalid;
  return node.getChildByName?.('EURange') ? undefined : StatusCodes.BadMonitoredItemFilterUnsupported;
}

/** Types of the standard namespace other than the built-in ones (Duration, Counter) are left to the library, which knows the tree. */
function isNumeric({ dataType }: FilteredNode): boolean {
  if (dataType?.namespace !== 0 || typeof dataType.value !== 'number') return true;
  const { value } = dataType;
  if (value > (DataType.Variant as number)) return true;
  return value >= (DataType.SByte as number) && value <= (DataType.Double as number);
}
