import type { Measurement } from '../machine/measurement.js';
import type { MachineCommands } from '../machine/process-model.js';

/** How the machine's server comes up; the knobs of the rig change it. */
export interface ServerShape {
  /** Key and certificates of the server. */
  readonly pki: string;
  /** 0: any free one. */
  readonly port: number;
  readonly namespacesBefore: number;
  readonly hasAllNodes: boolean;
  readonly hasManyNodes: boolean;
}

/** Rig to server: what the machine measures and was told, ten times a second. */
export interface MachineSnapshot {
  readonly measurement: Measurement;
  readonly commands: MachineCommands;
}

/** Server to rig, once: its port answers. */
export interface ServerReady {
  readonly type: 'ready';
  readonly port: number;
}

/** Server to rig, whenever a client has written or called. */
export interface ClientCommanded {
  readonly type: 'commanded';
  readonly commands: MachineCommands;
}

export type ServerMessage = ServerReady | ClientCommanded;
