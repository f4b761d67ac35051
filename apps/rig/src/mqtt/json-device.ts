import type { Clock, Timer } from '@fieldwarden/core';
import type { IncomingMessage, LinkState, MqttLink } from '@fieldwarden/mqtt-link';
import { Machine, type MachineDefinition } from '../machine/machine.js';
import { PlainMachineMemory } from '../machine/plain-machine-memory.js';
import { deviceLink, type DeviceLinkOptions } from './device-link.js';

const periodMs = 1_000;
const setpointLimit = 120;

/** What `rig/<machine>/set` takes: at least one of the two. */
interface SetMessage {
  readonly id?: unknown;
  readonly setpoint?: unknown;
  readonly start?: unknown;
}

/**
 * A machine that speaks JSON: it tells how it does on `rig/<machine>/telemetry` every second, takes set points on `rig/<machine>/set` and says on
 * `rig/<machine>/set-result` what became of them. `rig/<machine>/availability` is online or, by its will, offline.
 */
export class JsonDevice implements AsyncDisposable {
  readonly machine: Machine;
  readonly #memory = new PlainMachineMemory();
  readonly #base: string;
  readonly #clock: Clock;
  #link: MqttLink | undefined;
  #timer: Timer | undefined;

  constructor(definition: MachineDefinition, clock: Clock) {
    this.machine = new Machine(definition, this.#memory);
    this.#base = `rig/${definition.name}`;
    this.#clock = clock;
  }

  connect(options: DeviceLinkOptions): void {
    const link = deviceLink(`rig-${this.machine.name}`, options, {
      stateChanged: (state) => this.#linkChanged(state),
      message: (message) => this.#set(message),
      will: () => ({ topic: `${this.#base}/availability`, payload: Buffer.from('offline'), qos: 1, retain: true }),
    });
    this.#link = link;
    link.start();
    this.#tell();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    const farewell = {
      topic: `${this.#base}/availability`,
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    } as const;
    await this.#link?.stop({ farewell: [farewell], deadlineMs: 500 });
  }

  #linkChanged({ name }: LinkState): void {
    if (name !== 'connected') return;
    this.#link?.subscribe([{ filter: `${this.#base}/set`, qos: 1 }]).catch(() => undefined); // the next connection subscribes
    this.#publish('availability', 'online', true);
  }

  #tell(): void {
    const { speed, level, temperatureC, count, isRunning, mode, alarms, batch } = this.#memory.measurement;
    const { setpoint, start } = this.#memory.commands();
    const telemetry = {
      ts: this.#clock.wallMs(),
      machine: { running: isRunning, mode, start, setpoint, speed: rounded(speed), count, batch },
      supply: { level: rounded(level), low: (alarms & 1) !== 0 },
      temperatures: [rounded(temperatureC)],
    };
    this.#publish('telemetry', JSON.stringify(telemetry), true);
    this.#timer = this.#clock.setTimer(() => this.#tell(), periodMs);
  }

  #set({ payload, retain }: IncomingMessage): void {
    if (retain) return; // an old wish is no command
    const { id, refusal } = this.#apply(Buffer.from(payload).toString('utf8'));
    const answer = refusal === undefined ? { id, outcome: 'done' } : { id, outcome: 'rejected', message: refusal };
    this.#publish('set-result', JSON.stringify(answer), false);
  }

  #apply(text: string): { readonly id: unknown; readonly refusal: string | undefined } {
    let message: SetMessage | null;
    try {
      message = JSON.parse(text) as SetMessage | null;
    } catch {
      return { id: null, refusal: 'the message is no JSON' };
    }
    if (typeof message !== 'object' || message === null) return { id: null, refusal: 'the message is no JSON object' };
    const { id = null, setpoint, start } = message;
    const refusal = refusalOf(setpoint, start);
    if (refusal !== undefined) return { id, refusal };
    const before = this.#memory.commands();
    this.#memory.command({
      setpoint: typeof setpoint === 'number' ? setpoint : before.setpoint,
      start: typeof start === 'boolean' ? start : before.start,
    });
    return { id, refusal: undefined };
  }

  #publish(name: string, text: string, retain: boolean): void {
    const link = this.#link;
    if (!link || link.room === 0) return;
    link.publish({ topic: `${this.#base}/${name}`, payload: Buffer.from(text), qos: 1, retain }, () => undefined);
  }
}

function refusalOf(setpoint: unknown, start: unknown): string | undefined {
  if (setpoint === undefined && start === undefined) return 'there is neither setpoint nor start';
  if (start !== undefined && typeof start !== 'boolean') return 'start is true or false';
  const isFit = typeof setpoint === 'number' && setpoint >= 0 && setpoint <= setpointLimit;
  return setpoint === undefined || isFit ? undefined : `setpoint is a number from 0 to ${setpointLimit}`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
