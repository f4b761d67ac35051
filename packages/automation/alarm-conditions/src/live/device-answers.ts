import { statusCodes, type Clock, type StatusCode } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagSource } from '@fieldwarden/service';

/** Statuses that say that nothing was heard: of the device, not of the tag. */
const silence: ReadonlySet<StatusCode> = new Set([
  statusCodes.BadNoCommunication,
  statusCodes.BadTimeout,
  statusCodes.BadCommunicationError,
  statusCodes.BadConnectionClosed,
  statusCodes.BadNotConnected,
  statusCodes.BadServerNotConnected,
  statusCodes.BadServerHalted,
  statusCodes.BadSecureChannelClosed,
  statusCodes.BadSessionClosed,
  statusCodes.BadShutdown,
  statusCodes.BadOutOfService,
  statusCodes.BadTooManyOperations,
  statusCodes.BadRequestCancelledByClient,
  statusCodes.BadWaitingForInitialData,
  statusCodes.BadNotFound,
]);

export function isSilence(status: StatusCode): boolean {
  return silence.has((status & 0xffff_0000) >>> 0);
}

/** How long an answer about a device is good: a whole device goes Bad at once, and each of its tags asks. */
const freshMs = 500;

interface DeviceAnswer {
  readonly askedAtMs: number;
  /** By the wall clock; -Infinity: never. */
  readonly answeredAtMs: number;
}

/**
 * When a device gave its last answer, by what the tag store has of it. A tag that is Bad for lack of an answer is a fault of the tag only
 * if its device has answered something since; else it is the device that is lost, and that is one alarm of its own (SPEC §18.2).
 */
export class DeviceAnswers implements Disposable {
  readonly #tags: TagSource;
  readonly #clock: Clock;
  readonly #listening: Disposable;
  readonly #answers = new Map<string, DeviceAnswer>();
  /** Handles by device; undefined: to be looked at anew. */
  #handles: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(tags: TagSource, clock: Clock) {
    this.#tags = tags;
    this.#clock = clock;
    const forget = (): void => void (this.#handles = undefined);
    this.#listening = tags.onDefinition({ defined: forget, removed: forget });
  }

  /** False for a tag that no device has. */
  hasAnsweredSince({ driverId, deviceId }: TagDefinition, wallMs: number): boolean {
    if (driverId === null || deviceId === null) return false;
    const key = JSON.stringify([driverId, deviceId]);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#answers.get(key);
    if (known && nowMs - known.askedAtMs < freshMs) return known.answeredAtMs > wallMs;
    const answeredAtMs = this.#lastAnswerMs(key);
    this.#answers.set(key, { askedAtMs: nowMs, answeredAtMs });
    return answeredAtMs > wallMs;
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }

  #lastAnswerMs(key: string): number {
    let lastMs = -Infinity;
    for (const handle of (this.#handles ??= this.#byDevice()).get(key) ?? []) {
      const { status, serverAtMs } = this.#tags.read(handle);
      if (!isSilence(status) && status !== statusCodes.UncertainLastUsableValue) lastMs = Math.max(lastMs, serverAtMs);
    }
    return lastMs;
  }

  #byDevice(): ReadonlyMap<string, readonly number[]> {
    const devices = new Map<string, number[]>();
    for (const [, handle] of this.#tags.entries()) {
      const definition = this.#tags.definition(handle);
      if (!definition || definition.driverId === null || definition.deviceId === null) continue;
      const key = JSON.stringify([definition.driverId, definition.deviceId]);
      const handles = devices.get(key) ?? [];
      handles.push(handle);
      devices.set(key, handles);
    }
    return devices;
  }
}
