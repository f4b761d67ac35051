import {
  AttributeIds,
  MonitoredItem,
  MonitoredItemCreateResult,
  MonitoredItemModifyResult,
  MonitoredItemNotification,
  MonitoringMode,
  StatusCode as UaStatusCode,
  type DataValue,
  type MonitoringParameters,
  type Range,
  type Subscription,
  type TimestampsToReturn,
} from 'node-opcua';
import { isTold } from './change-filter.js';
import { refusedFilter, refusedMode } from './check-filter.js';
import { isEventItem, type QueueBudget } from './queue-budget.js';
import type { TimeWatch } from './time-watch.js';
import { refusedAttribute } from '../requests/attributes.js';
import { partOf } from '../space/node-attributes.js';
import { TagNode } from '../space/tag-node.js';
import { revisedInterval, Sampling, type SamplingWheels } from './sampling-wheels.js';

/** What all monitored items of the server share. */
export interface ItemDependencies {
  readonly budget: QueueBudget;
  readonly times: TimeWatch;
  readonly wheels: SamplingWheels;
}

/**
 * The library samples a monitored item with a timer whenever the client asks for a sampling interval above 0, and clients
 * ask for 100 to 1,000 ms: at 20,000 items that costs most of a core and loses half the updates. Values of tags are known
 * the moment they change, so for the library their items have 0 = change-driven (OPC 10000-4, 5.13.1.2). The client's interval
 * is kept by `Sampling`: it costs something only where a tag changes faster. Publishing interval, filter and queue stay the client's.
 *
 * Filters are ours: checked before an item is made or changed, and computed so that no value ends the telling.
 */
export function deliverOnChange(subscription: Subscription, dependencies: ItemDependencies): void {
  const inherited = subscription.adjustSamplingInterval.bind(subscription);
  subscription.adjustSamplingInterval = (samplingInterval, node) =>
    (node as unknown) instanceof TagNode ? 0 : inherited(samplingInterval, node);
  checkWhatIsCreated(subscription, dependencies);
  subscription.on('monitoredItem', (item: MonitoredItem) => {
    if (isEventItem(item)) listenAtOnce(item);
    item.modify = (timestamps, parameters) => modify(item, timestamps, parameters, dependencies);
    if (!isTagValue(item)) return;
    const untold = item.oldDataValue;
    const sample = (intervalMs: number): Sampling =>
      new Sampling({ tell: (value) => tellSample(item, value, untold) }, dependencies.wheels, intervalMs);
    samplings.set(item, { sampling: sample(0), sample });
    item.recordValue = (value, isFirst) => recordValue(item, value, isFirst ?? false, untold);
    (item as unknown as PrivateItem)._setOverflowBit = setOverflowBit;
    dependencies.times.follow(item);
  });
  subscription.on('removeMonitoredItem', (item: MonitoredItem) => {
    dependencies.times.leave(item);
    samplings.get(item)?.sampling.leave();
    dependencies.budget.release(item);
  });
}

/** The library begins to listen in another turn, when the client has its answer already: events of that moment would be lost. */
function listenAtOnce(item: MonitoredItem): void {
  const internal = item as unknown as StartingItem;
  internal._start_sampling = (recordInitialValue) => internal.__start_sampling(recordInitialValue);
}

/** Members of the library's MonitoredItem that its types call private. */
interface StartingItem {
  _start_sampling(recordInitialValue?: boolean): void;
  __start_sampling(recordInitialValue?: boolean): void;
}

/** True for the Value of a tag; other attributes never change. */
function isTagValue(item: MonitoredItem): boolean {
  return (item.node as unknown) instanceof TagNode && item.itemToMonitor.attributeId === AttributeIds.Value;
}

function checkWhatIsCreated(subscription: Subscription, { budget }: ItemDependencies): void {
  const create = subscription.preCreateMonitoredItem.bind(subscription);
  subscription.preCreateMonitoredItem = (addressSpace, timestamps, request) => {
    const { itemToMonitor, requestedParameters, monitoringMode } = request;
    const node: unknown = addressSpace.findNode(itemToMonitor.nodeId);
    const { filter } = requestedParameters;
    const { attributeId } = itemToMonitor;
    const refused =
      (node ? (refusedAttribute(node, attributeId, filter) ?? refusedFilter(filter, attributeId, node)) : undefined) ??
      refusedMode(monitoringMode);
    if (refused) {
      const createResult = new MonitoredItemCreateResult({ statusCode: refused });
      return { createResult, monitoredItemCreateRequest: request };
    }
    requestedParameters.queueSize = budget.allowed(
      requestedParameters.queueSize,
      node,
      subscription,
      isEventItem({ itemToMonitor }),
    );
    const { samplingInterval } = requestedParameters;
    const made = create(addressSpace, timestamps, request);
    if (!made.monitoredItem) return made;
    budget.take(made.monitoredItem, subscription);
    if (isTagValue(made.monitoredItem)) {
      made.createResult.revisedSamplingInterval = giveInterval(made.monitoredItem, samplingInterval, subscription);
    }
    return made;
  };
}

/** Changes nothing when it refuses, and never brings a tag's timer back. */
function modify(
  item: MonitoredItem,
  timestamps: TimestampsToReturn | null,
  parameters: MonitoringParameters | null,
  { budget, times }: ItemDependencies,
): MonitoredItemModifyResult {
  const refused = parameters && refusedFilter(parameters.filter, item.itemToMonitor.attributeId, item.node);
  if (refused) return new MonitoredItemModifyResult({ statusCode: refused });
  const subscription = item.$subscription as Subscription | undefined;
  const askedMs = parameters?.samplingInterval ?? 0;
  if (parameters && subscription) {
    budget.release(item);
    parameters.queueSize = budget.allowed(parameters.queueSize, item.node, subscription, isEventItem(item));
    if (isTagValue(item)) parameters.samplingInterval = 0;
  }
  const result = MonitoredItem.prototype.modify.call(item, timestamps, parameters);
  if (parameters && subscription) budget.take(item, subscription);
  if (!isTagValue(item)) return result;
  times.follow(item);
  if (parameters && subscription) result.revisedSamplingInterval = giveInterval(item, askedMs, subscription);
  return result;
}

/** How each item of a tag is sampled, and what makes it another interval. */
const samplings = new WeakMap<
  MonitoredItem,
  { sampling: Sampling; readonly sample: (intervalMs: number) => Sampling }
>();

/** Returns what the client gets; a value that waits for the end of the interval before is told at once. */
function giveInterval(item: MonitoredItem, askedMs: number, { publishingInterval }: Subscription): number {
  const intervalMs = revisedInterval(askedMs, publishingInterval);
  const place = samplings.get(item);
  if (!place || place.sampling.intervalMs === intervalMs) return intervalMs;
  const before = place.sampling;
  place.sampling = place.sample(intervalMs);
  before.turn(0);
  return intervalMs;
}

/** The value at the end of an interval. */
function tellSample(item: MonitoredItem, value: DataValue, untold: DataValue): void {
  if (item.monitoringMode !== MonitoringMode.Disabled) tellChange(item, value, false, untold);
}

/** Members of the library's MonitoredItem that its types call private. */
interface PrivateItem {
  _setOverflowBit(this: MonitoredItem, notification: unknown): void;
  _enqueue_value(value: DataValue): void;
  triggerLinkedItems(): void;
}

/** `isFirst`: told in any case. `untold` is what the library has in place of the last value while there is none. */
function recordValue(item: MonitoredItem, value: DataValue, isFirst: boolean, untold: DataValue): boolean {
  const isKept = samplings.get(item)?.sampling.admits(value, isFirst) === false;
  return isKept ? false : tellChange(item, value, isFirst, untold);
}

function tellChange(item: MonitoredItem, value: DataValue, isFirst: boolean, untold: DataValue): boolean {
  // Null, whatever the types say, once it is disposed of: a listener may still be called in the turn in which its item ends.
  const monitored = item.itemToMonitor as typeof item.itemToMonitor | null;
  if (!monitored) return false;
  // All items of a tag share the value, which nobody changes.
  const next = monitored.indexRange?.isEmpty() === false ? partOf(value, monitored.indexRange) : value;
  const told = item.oldDataValue;
  if (!isFirst && told !== untold && !isTold(item.filter, told, next, () => rangeOf(item))) return false;
  const internal = item as unknown as PrivateItem;
  internal.triggerLinkedItems();
  internal._enqueue_value(next);
  return true;
}

function rangeOf({ node }: MonitoredItem): Range | undefined {
  const property = (node as unknown as TagNode).getChildByName('EURange') as { readValue(): DataValue } | null;
  return property?.readValue().value.value as Range | undefined;
}

/** The library's own asserts that the value is Good, and so loses the newest value of a queue that overflows while Bad. */
function setOverflowBit(this: MonitoredItem, notification: unknown): void {
  if (notification instanceof MonitoredItemNotification) {
    const { value } = notification;
    value.statusCode = UaStatusCode.makeStatusCode(value.statusCode, 'Overflow | InfoTypeDataValue');
  }
  const diagnostics = this.$subscription?.subscriptionDiagnostics;
  if (diagnostics) diagnostics.monitoringQueueOverflowCount += 1;
}
