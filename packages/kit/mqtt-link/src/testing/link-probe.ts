import { systemClock, type Clock } from '@fieldwarden/core';
import { collectingLogger, waitFor } from '@fieldwarden/testkit';
import { MqttLink, type LinkOwner } from '../link.js';
import { linkDefaults, type LinkSettings } from '../link-settings.js';
import type { LinkState } from '../link-state.js';
import type { IncomingMessage, OutgoingMessage, PublishFate } from '../messages.js';

/** A link with an owner that remembers everything it is told. */
export class LinkProbe implements LinkOwner, AsyncDisposable {
  readonly link: MqttLink;
  readonly logger = collectingLogger();
  readonly states: LinkState[] = [];
  readonly messages: IncomingMessage[] = [];
  readonly fates: string[] = [];
  will: LinkOwner['will'];
  isToBlame: LinkOwner['isToBlame'];
  onMessage: (message: IncomingMessage) => void = () => undefined;

  constructor(settings: Partial<LinkSettings> & { readonly url: string }, clock: Clock = systemClock) {
    const all = { ...linkDefaults, clientId: 'probe', ...settings };
    this.link = new MqttLink(all, this, { clock, random: () => 0.5, logger: this.logger });
  }

  static async connected(settings: Partial<LinkSettings> & { readonly url: string }): Promise<LinkProbe> {
    const probe = new LinkProbe(settings);
    probe.link.start();
    await probe.connects(1);
    return probe;
  }

  /** Why the last attempt or connection came to nothing. */
  get problem(): string {
    const waiting = this.states.findLast((state) => state.name === 'waiting');
    return waiting ? `${waiting.problem.kind}: ${waiting.problem.message}` : '';
  }

  async connects(times: number): Promise<void> {
    const isThere = (): boolean => this.link.connects >= times && this.link.state.name === 'connected';
    await waitFor(isThere, { what: `connection ${times}` });
  }

  async hasProblem(): Promise<string> {
    return await waitFor(() => this.problem, { what: 'a problem' });
  }

  /** The fate stands in `fates` at the place of the message. */
  publish(topic: string, more: Partial<OutgoingMessage> = {}): void {
    const at = this.fates.push('open') - 1;
    const message = { topic, payload: Buffer.from('1'), qos: 1, retain: false, ...more } as const;
    this.link.publish(message, (fate) => {
      this.fates[at] = this.fates[at] === 'open' ? nameOf(fate) : 'told twice';
    });
  }

  async settled(): Promise<readonly string[]> {
    await waitFor(() => !this.fates.includes('open'), { what: 'the fate of every message' });
    return this.fates;
  }

  stateChanged(state: LinkState): void {
    this.states.push(state);
  }

  message(message: IncomingMessage): void {
    this.messages.push(message);
    this.onMessage(message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.stop({ deadlineMs: 100 });
  }
}

function nameOf(fate: PublishFate): string {
  if (!('code' in fate)) return fate.name;
  return `${fate.name === 'refused' ? fate.reason : fate.name} 0x${fate.code.toString(16)}`;
}
