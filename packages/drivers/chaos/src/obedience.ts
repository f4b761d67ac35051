import { GatewayError, messageOf, type Timer } from '@fieldwarden/core';
import { parseCommand, type Command, type CommandName } from './command.js';
import { faults, type Fault, type FaultSetting } from './faults/index.js';

/** Between the answer to a command and what ends the process: the Supervisor shall have read the answer. */
const afterAnswerMs = 20;

/** Obeys commands, and knows what is in force. Faults add up until `ok` undoes them all. */
export class Obedience {
  readonly #setting: FaultSetting;
  readonly #mayBreakProcess: boolean;
  readonly #inForce = new Map<CommandName, Disposable>();
  /** The last command obeyed. */
  present = 'ok';

  /** `mayBreakProcess`: only where the process is there to be broken. */
  constructor(setting: FaultSetting, mayBreakProcess: boolean) {
    this.#setting = setting;
    this.#mayBreakProcess = mayBreakProcess;
  }

  /** Throws kind `rejected` for what is no command, and for one that must not be given here. */
  obey(text: string): void {
    const command = parseCommand(text);
    this.check(command);
    this.#setting.logger.warn(`chaos: ${command.text}`);
    if (command.name === 'ok') this.undoAll();
    else this.#begin(command, faults[command.name]);
    this.present = command.text;
  }

  /** Throws kind `rejected`, code `CHAOS_NEEDS_HOST`. */
  check({ name }: Command): void {
    if (this.#mayBreakProcess || name === 'ok' || faults[name].breaks === 'driver') return;
    const message = `${name} breaks the process that the driver runs in, and this is not a Host; set isolation: host`;
    throw new GatewayError({ code: 'CHAOS_NEEDS_HOST', kind: 'rejected', message });
  }

  isInForce(name: CommandName): boolean {
    return this.#inForce.has(name);
  }

  /** A fault that ended in another way than by a command. */
  lifted(name: CommandName): void {
    this.#inForce.delete(name);
    if (this.#inForce.size === 0) this.present = 'ok';
  }

  undoAll(): void {
    for (const undo of this.#inForce.values()) undo[Symbol.dispose]();
    this.#inForce.clear();
    this.#setting.hoard.release();
    this.#setting.cache.release();
    this.present = 'ok';
  }

  #begin({ name, amount }: Command, fault: Fault): void {
    this.#inForce.get(name)?.[Symbol.dispose]();
    this.#inForce.delete(name);
    const undo = fault.isFatal ? this.#later(fault, amount) : fault.begin(this.#setting, amount);
    if (undo) this.#inForce.set(name, undo);
  }

  #later(fault: Fault, amount: number): Timer {
    const { clock } = this.#setting;
    return clock.setTimer(() => void fault.begin(this.#setting, amount), afterAnswerMs);
  }
}

/** A command as a write's result reports it: undefined when it was obeyed, else why not. */
export function obeyed(obedience: Obedience, text: string): string | undefined {
  try {
    obedience.obey(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
