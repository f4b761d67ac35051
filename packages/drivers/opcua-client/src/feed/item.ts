import type { StatusCode } from '@fieldwarden/core';
import type { NodeId } from 'node-opcua-client';
import type { ServerSubscription } from './publisher.js';

/** A monitored item: one node for one or several rows of a feed. */
export interface Item {
  /** By which the server names it to us. */
  readonly handle: number;
  readonly nodeId: NodeId;
  readonly samplingMs: number;
  /** Absolute, in raw units; undefined: every change. */
  deadband: number | undefined;
  /** Once the server has it. */
  subscription?: ServerSubscription;
  monitoredItemId?: number;
  /** As the server revised it. */
  revisedSamplingMs?: number;
  /** What the server said of it; undefined until it has. */
  status?: StatusCode;
  isValued: boolean;
}
