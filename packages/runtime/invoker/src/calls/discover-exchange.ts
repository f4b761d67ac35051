import { GatewayError } from '@fieldwarden/core';
import { maxCursorLength, maxDiscoveredNodes, type DiscoveredPage, type DiscoverQuery } from '@fieldwarden/driver';
import type { Exchange } from './history-exchanges.js';
import { unsupported } from './session-calls.js';

/** One page of a browse. A query beyond the bounds never reaches a driver, an answer beyond them never leaves the invoker. */
export function discover(deviceId: string, query: DiscoverQuery): Exchange<DiscoveredPage> {
  return async (session, call) => {
    if (!session.discover) throw unsupported('discover');
    assertQuery(query);
    const page = await session.discover(deviceId, query, call);
    assertPage(page, query);
    return page;
  };
}

function assertQuery({ text, cursor = '', limit }: DiscoverQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxDiscoveredNodes)
    throw outOfBounds(`a page has 1 to ${maxDiscoveredNodes} nodes, not ${limit}`);
  if (text === '') throw outOfBounds('there is no search without a text');
  if (cursor.length > maxCursorLength) throw outOfBounds(`a cursor has at most ${maxCursorLength} characters`);
}

function outOfBounds(message: string): GatewayError {
  return new GatewayError({ code: 'DISCOVER_QUERY', kind: 'config', message });
}

function assertPage({ nodes, nextCursor = '' }: DiscoveredPage, { limit }: DiscoverQuery): void {
  if (nodes.length > limit)
    throw wrongAnswer(`the driver answered with ${nodes.length} nodes where ${limit} were asked for`);
  if (nextCursor.length > maxCursorLength) throw wrongAnswer('the driver answered with a cursor that is too long');
}

function wrongAnswer(message: string): GatewayError {
  return new GatewayError({ code: 'DISCOVER_ANSWER', kind: 'bug', message });
}
