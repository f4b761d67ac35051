import { CreateMonitoredItemsRequest, HistoryReadRequest, NumericRange, ReadRequest, WriteRequest } from 'node-opcua';

const { NumericRangeType } = NumericRange;

/** A node in a request, with the part of it that is meant. */
interface RangedNode {
  indexRange: NumericRange;
  readonly dataEncoding?: { name: string | null };
}

/**
 * Index ranges and data encodings as the standard means them. The library takes an empty text for an element without a number (it means all:
 * OPC 10000-4, 7.27), and knows the encodings without the space in their browse names (OPC 10000-6, 5.1.5).
 */
export function mendNodes(request: object): void {
  for (const node of nodesOf(request)) {
    const range = node.indexRange;
    if (hasNoNumber(range)) node.indexRange = new NumericRange(isOneElement(range) ? null : ' ');
    const { dataEncoding } = node;
    if (dataEncoding?.name?.startsWith('Default ')) dataEncoding.name = withoutSpace(dataEncoding.name);
  }
}

function nodesOf(request: object): readonly RangedNode[] {
  if (request instanceof ReadRequest) return request.nodesToRead ?? [];
  if (request instanceof WriteRequest) return request.nodesToWrite ?? [];
  if (request instanceof HistoryReadRequest) return request.nodesToRead ?? [];
  if (!(request instanceof CreateMonitoredItemsRequest)) return [];
  return (request.itemsToCreate ?? []).map(({ itemToMonitor }) => itemToMonitor);
}

const isOneElement = ({ type }: NumericRange): boolean => type === NumericRangeType.SingleValue;

function hasNoNumber({ type, value }: NumericRange): boolean {
  if (type === NumericRangeType.Empty || type === NumericRangeType.InvalidRange) return false;
  return (Array.isArray(value) ? value.flat() : [value]).some((one) => Number.isNaN(one));
}

const withoutSpace = (name: string): string =>
  ({ 'Default Binary': 'DefaultBinary', 'Default XML': 'DefaultXml', 'Default JSON': 'DefaultJson' })[name] ?? name;
