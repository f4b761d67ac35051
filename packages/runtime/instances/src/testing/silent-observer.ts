import type { InstanceObserver } from '../instance-observer.js';

export const silentObserver: InstanceObserver = {
  scanned: () => undefined,
  callSettled: () => undefined,
  retried: () => undefined,
  lateReply: () => undefined,
  hostLost: () => undefined,
  event: () => undefined,
};
