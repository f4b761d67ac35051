import {
  AttributeIds,
  MonitoredItem,
  MonitoredItemNotification,
  type MonitoringParameters,
  StatusCode as UaStatusCode,
  type MonitoredItemModifyResult,
  type Subscription,
  type TimestampsToReturn,
} from 'node-opcua';
import { TagNode } from './tag-node.js';

/**
 * The library samples a monitored item with a timer whenever the client asks for a sampling interval above 0, and clients
 * ask for 100 to 1,000 ms: at 20,000 items that costs most of a core and loses half the updates. Values of tags are known
 * the moment they change, so their items are revised to 0 = change-driven (OPC 10000-4, 5.13.1.2); publishing interval,
 * filter and queue stay the client's.
 */
export function deliverOnChange(subscription: Subscription): void {
  const inherited = subscription.adjustSamplingInterval.bind(subscription);
  subscription.adjustSamplingInterval = (samplingInterval, node) =>
    (node as unknown) instanceof TagNode ? 0 : inherited(samplingInterval, node);
  subscription.on('monitoredItem', (item: MonitoredItem) => {
    if (!isTagValue(item)) return;
    item.modify = modifyOnChange;
    (item as unknown as Overflowing)._setOverflowBit = setOverflowBit;
  });
}

/** True for the Value of a tag; other attributes never change. */
function isTagValue(item: MonitoredItem): boolean {
  return (item.node as unknown) instanceof TagNode && item.itemToMonitor.attributeId === AttributeIds.Value;
}

/** ModifyMonitoredItems must not bring the timer back. */
function modifyOnChange(
  this: MonitoredItem,
  timestamps: TimestampsToReturn | null,
  parameters: MonitoringParameters | null,
): MonitoredItemModifyResult {
  if (parameters) parameters.samplingInterval = 0;
  return MonitoredItem.prototype.modify.call(this, timestamps, parameters);
}

/** A member of the library's MonitoredItem that its types call private. */
interface Overflowing {
  _setOverflowBit(this: MonitoredItem, notification: unknown): void;
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
