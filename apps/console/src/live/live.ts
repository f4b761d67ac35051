import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { apiBase } from '../api/api-client.js';
import { keptEvents, watchTags } from '../api/event-requests.js';
import { browserClock } from '../platform/browser-clock.js';
import { randomUuid } from '../platform/random-id.js';
import { refreshResources } from '../state/resources.js';
import { createStore } from '../state/store.js';
import { eventFeed, mergedEvents } from './event-feed.js';
import { openBrowserEventSource } from './event-source.js';
import { LiveConnection } from './live-connection.js';
import { LiveTagValues } from './tag-values.js';
import { WatchedPaths } from './watched-paths.js';

/** Everything live on this page, put together. */

export const tagValues = new LiveTagValues({ request: (action) => void requestAnimationFrame(action) }, () =>
  browserClock.now(),
);

/** Rises whenever tags may have come or gone. */
export const tagDefinitions = createStore(0);

export const connection = new LiveConnection(
  {
    open: openBrowserEventSource,
    clock: browserClock,
    random: Math.random,
    streamId: randomUuid(),
    baseUrl: apiBase,
  },
  {
    event: takeEvent,
    values: (values) => tagValues.take(values),
    readings: (readings) => tagValues.readAgain(readings),
    connected: () => {
      watchedPaths.connected();
      void loadEvents();
      refreshResources();
    },
    reset,
  },
);

export const watchedPaths = new WatchedPaths(browserClock, (paths) => watchTags(connection.streamId, paths));

connection.state.subscribe(() => {
  if (connection.state.get().phase !== 'live') watchedPaths.disconnected();
});

function takeEvent(event: GatewayEvent): void {
  eventFeed.update((events) => mergedEvents(events, [event]));
  refreshAfter(event);
}

/** An event says that something changed, not what it is now. */
function refreshAfter({ type, driverId }: GatewayEvent): void {
  if (type === 'config') {
    tagDefinitions.update((count) => count + 1);
    refreshResources((key) => key !== 'about');
    return;
  }
  if (type === 'service') {
    refreshResources((key) => ['status', 'services', 'about', 'certificates'].includes(key));
    return;
  }
  if (type === 'alarm') refreshResources((key) => key === 'alarms');
  const fleet = ['status', 'drivers', 'hosts', 'certificates'];
  const driver = `driver ${driverId ?? ''}`;
  refreshResources((key) => fleet.includes(key) || key === driver || key === `${driver} post-mortems`);
}

function reset(): void {
  eventFeed.set([]);
  tagValues.clear();
  tagDefinitions.update((count) => count + 1);
  watchedPaths.connected();
  refreshResources();
  void loadEvents();
}

async function loadEvents(): Promise<void> {
  try {
    const events = await keptEvents();
    eventFeed.update((known) => mergedEvents(known, events));
  } catch {
    // The banner tells that the gateway does not answer; events are loaded again when the stream is back.
  }
}
