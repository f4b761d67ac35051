import { maxHistoryRows } from '@fieldwarden/service';
import type { ServerEngine } from 'node-opcua';

/** What HistoryServerCapabilities says (OPC 10000-11, 5.4.2): values can be read, nothing can be changed, and events are not kept. */
export function tellHistoryCapabilities({ historyServerCapabilities }: ServerEngine): void {
  historyServerCapabilities.accessHistoryDataCapability = true;
  historyServerCapabilities.maxReturnDataValues = maxHistoryRows;
}
