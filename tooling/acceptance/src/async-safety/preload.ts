/**
 * Loaded into a gateway before anything else (`node --import`): puts a fault point before every callback that our code hands to Node, and
 * serves them on the socket that FIELDWARDEN_ASYNC_SAFETY names. Hosts and worker threads stay as they are.
 */
import { isMainThread } from 'node:worker_threads';
import { serveControl } from './control-server.js';
import { FaultPoints } from './fault-points.js';
import { watchEmitters, watchEventTargets } from './watch-events.js';
import { watchTimers } from './watch-timers.js';

const path = process.env.FIELDWARDEN_ASYNC_SAFETY;
delete process.env.FIELDWARDEN_ASYNC_SAFETY;
delete process.env.NODE_OPTIONS;

if (isMainThread && path !== undefined) {
  const points = new FaultPoints();
  serveControl(points, path);
  watchTimers(points);
  watchEmitters(points);
  watchEventTargets(points);
}
