export { collectingLogger, type CollectingLogger, type CollectedRecord } from './collecting-logger.js';
export { FakeClock } from './fake-clock.js';
export { FaultProxy, type FaultProxyOptions } from './fault-proxy.js';
export { type DirectionFaults } from './proxy-pipe.js';
export { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';
export { mayMount, SmallDisk } from './small-disk.js';
export { testCall, type TestCallOverrides } from './test-call.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
