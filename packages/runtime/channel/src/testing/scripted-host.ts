import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { HostClient } from '../client/client.js';
import { sessionMembers, type ControlMessage, type RequestMessage, type SupervisorMessage } from '../messages.js';
import { decodeSupervisorMessage, encodeControl } from '../wire/control-codec.js';
import { FrameDecoder } from '../wire/frames.js';
import { MemoryTransport } from '../wire/memory-transport.js';
import { echoInit, echoProcess } from './connect-client.js';

/** The Host's end of a channel in memory, which says what a test has it say and does nothing by itself. */
export class ScriptedHost {
  readonly clock = new FakeClock();
  readonly received: SupervisorMessage[] = [];
  readonly client: HostClient;
  #transport: MemoryTransport;

  constructor() {
    const { clock } = this;
    this.client = new HostClient({ driverId: 'echo', clock, logger: collectingLogger(), init: echoInit });
    this.#transport = this.#attach();
  }

  /** Shakes hands; so many calls may be unanswered at a time. */
  async open(callCredits: number): Promise<this> {
    this.say({ type: 'hello', protocol: 1, pid: 1 });
    await this.arrival();
    this.say({ type: 'ready', members: sessionMembers, callCredits });
    await this.arrival();
    return this;
  }

  say(message: ControlMessage): void {
    this.#transport.send(encodeControl(message));
  }

  /** Resolves when what was sent, either way, has arrived. */
  async arrival(): Promise<void> {
    await this.clock.advance(0);
    await this.clock.advance(0);
  }

  get requests(): RequestMessage[] {
    return this.received.filter((message) => message.type === 'request');
  }

  /** Its process ends. */
  end(): void {
    this.#transport.close();
  }

  /** Another process in its place. */
  respawn(): void {
    this.received.length = 0;
    this.#transport = this.#attach();
  }

  #attach(): MemoryTransport {
    const [near, far] = MemoryTransport.pair();
    const ignore = (): void => undefined;
    const decoder = new FrameDecoder((_kind, payload) => void this.received.push(decodeSupervisorMessage(payload)));
    far.receive({ bytes: (chunk) => decoder.push(chunk), drained: ignore, closed: ignore });
    const owner = { ready: ignore, pong: ignore, log: ignore, fatal: ignore, drained: ignore, lost: ignore };
    this.client.attach(near, echoProcess, owner);
    return far;
  }
}
