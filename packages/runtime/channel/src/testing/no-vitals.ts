import type { HostVitals } from '../messages.js';

export const noVitals: HostVitals = {
  loopLagMs: 0,
  heapUsedBytes: 0,
  rssBytes: 0,
  privateBytes: 0,
  cpuMs: 0,
  inspectorOpen: false,
};
