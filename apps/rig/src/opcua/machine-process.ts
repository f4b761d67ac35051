import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MachineCommands } from '../machine/process-model.js';
import type { MachineSnapshot, ServerMessage, ServerShape } from './machine-messages.js';

/** The built one, also for tests, which run from the sources. */
const program = fileURLToPath(new URL('../../dist/opcua/machine-main.js', import.meta.url));

/** The machine's OPC UA server in its own process: node-opcua and the standard's nodes cost what they cost there, and only once somebody comes. */
export class MachineProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly port: Promise<number>;
  #isTelling = false;

  constructor(shape: ServerShape, commanded: (commands: MachineCommands) => void) {
    this.#child = fork(program, [JSON.stringify(shape)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#exited = once(this.#child, 'exit').catch(() => undefined);
    this.port = new Promise((resolve, reject) => {
      this.#child.on('message', (message: ServerMessage) => {
        if (message.type === 'ready') resolve(message.port);
        else commanded(message.commands);
      });
      this.#child.once('error', reject);
      this.#child.once('exit', () => reject(new Error('the OPC UA server of the machine has ended')));
    });
    this.port.catch(() => undefined); // whoever waits for it is told
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** One at a time: a process that stands still takes no more than one. */
  tell(snapshot: MachineSnapshot): void {
    if (this.#isTelling || !this.#child.connected) return;
    this.#isTelling = true;
    this.#child.send(snapshot, () => (this.#isTelling = false));
  }

  standStill(on: boolean): void {
    this.#child.kill(on ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Nothing of it is worth an orderly end: clients see a machine that is switched off. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
