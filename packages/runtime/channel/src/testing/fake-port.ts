import type { GatewayError } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import type { ClientCall } from '../client/client-calls.js';
import type { ProxyPort } from '../client/proxy-session.js';
import type { SupervisorMessage } from '../messages.js';

/** A call that waits for the test to answer it. */
interface AskedCall {
  readonly call: ClientCall;
  readonly answer: (value?: unknown) => void;
  readonly refuse: (error: GatewayError) => void;
}

/** The channel as a Proxy sees it: keeps what is posted, and leaves the answers to the test. */
export class FakePort implements ProxyPort {
  readonly clock = new FakeClock();
  readonly logger = collectingLogger();
  readonly asked: AskedCall[] = [];
  readonly #posted: SupervisorMessage[] = [];
  isClosed = false;

  call(call: ClientCall): Promise<unknown> {
    return new Promise((answer, refuse) => this.asked.push({ call, answer, refuse }));
  }

  post(message: SupervisorMessage): void {
    this.#posted.push(message);
  }

  footprintBytes(): number {
    return 0;
  }

  closed(): void {
    this.isClosed = true;
  }

  /** Messages since the last look, `prepare-plan 1`. */
  posted(): string[] {
    return this.#posted.splice(0).map((message) => {
      if (message.type === 'credits') return `credits ${message.subscription} +${message.amount}`;
      return 'plan' in message ? `${message.type} ${message.plan}` : message.type;
    });
  }

  /** The newest call. */
  get last(): AskedCall {
    const asked = this.asked.at(-1);
    if (!asked) throw new Error('nothing was asked yet');
    return asked;
  }
}
