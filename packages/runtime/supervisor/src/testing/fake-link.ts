import type {
  HostLink,
  HostLinkOwner,
  Operation,
  PongMessage,
  ProcessParameters,
  Transport,
} from '@fieldwarden/channel';
import type { GatewayError } from '@fieldwarden/core';

/** The gateway's end of a channel that remembers what it was asked, and says what a test has it say. */
export class FakeLink implements HostLink {
  readonly asked: string[] = [];
  readonly losses: GatewayError[] = [];
  readonly pings: number[] = [];
  readonly pendingCalls = 0;
  readonly lateReplies = 0;
  readonly operations: readonly Operation[] = [];
  #owner: HostLinkOwner | undefined;

  /** What the latest process was told of itself. */
  parameters: ProcessParameters | undefined;

  attach(_transport: Transport, parameters: ProcessParameters, owner: HostLinkOwner): void {
    this.parameters = parameters;
    this.asked.push(`attach ${parameters.spawn}`);
    this.#owner = owner;
  }

  detach(error: GatewayError): void {
    this.asked.push('detach');
    this.losses.push(error);
  }

  setSuspect(suspect: boolean): void {
    this.asked.push(suspect ? 'suspend' : 'resume');
  }

  ping(sequence: number): void {
    this.pings.push(sequence);
  }

  collectGarbage(): Promise<void> {
    return Promise.resolve();
  }

  drain(): void {
    this.asked.push('drain');
  }

  stop(): void {
    this.asked.push('stop');
  }

  /** Who watches the Host; there once one was attached. */
  get owner(): HostLinkOwner {
    if (!this.#owner) throw new Error('no Host was attached yet');
    return this.#owner;
  }

  pong({ inspectorOpen = false }: Partial<PongMessage> = {}): void {
    this.owner.pong({
      type: 'pong',
      sequence: this.pings.at(-1) ?? 0,
      inspectorOpen,
      pendingCalls: 0,
      progress: 0,
      conflatedValues: 0,
      droppedLogs: 0,
      lostAlarms: 0,
      footprintBytes: undefined,
      loopLagMs: 0,
      heapUsedBytes: 0,
      rssBytes: 0,
      privateBytes: 0,
      cpuMs: 0,
    });
  }
}
