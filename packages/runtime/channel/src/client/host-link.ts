import type { GatewayError } from '@fieldwarden/core';
import type { FatalMessage, LogMessage, PongMessage, ProcessParameters } from '../messages.js';
import type { Operation } from './operation-log.js';
import type { Transport } from '../wire/transport.js';

/** What the Supervisor needs of the gateway's end of a channel, whatever runs at the other: a driver or a service. */
export interface HostLink {
  /** Calls that wait for an answer of the Host. */
  readonly pendingCalls: number;
  /** Answers that came after the caller had given up, over all channels. */
  readonly lateReplies: number;
  /** The last calls of the present Host, or of the last one until the next is attached; oldest first. */
  readonly operations: readonly Operation[];
  /** Takes a new Host's channel and shakes hands. The previous channel must be detached. */
  attach(transport: Transport, process: ProcessParameters, owner: HostLinkOwner): void;
  /** Gives the channel up: every pending call rejects in this tick, what still arrives is ignored. */
  detach(error: GatewayError): void;
  /** New calls fail at once while the Host does not answer pings; pending ones go on waiting. */
  setSuspect(suspect: boolean): void;
  ping(sequence: number): void;
  /** Has the Host collect its garbage. Resolves when it did; rejects with kind `host-lost` or `timeout`. */
  collectGarbage(): Promise<void>;
  /** New calls are refused, the Host finishes those in flight and answers `drained`. */
  drain(): void;
  /** The Host is to close what it runs and to exit. */
  stop(): void;
}

/** Who watches the Host. Called in the tick in which the message arrived; must not throw. */
export interface HostLinkOwner {
  /** What the Host is to run does run; whoever used an earlier one has been connected to it. */
  ready(): void;
  pong(message: PongMessage): void;
  log(message: LogMessage): void;
  fatal(message: FatalMessage): void;
  drained(): void;
  /** The Host broke the protocol (kind `protocol`) or its end closed (kind `host-lost`). Once per channel; nothing follows. */
  lost(error: GatewayError): void;
}
