import type { OutgoingMessage, PublishFate } from '@fieldwarden/mqtt-link';

/** A link whose messages get their fate by the hand of the test. */
export class HandLink {
  room = 1000;
  readonly sent: string[] = [];
  readonly #open: { readonly label: string; readonly settled: (fate: PublishFate) => void }[] = [];

  publish(message: OutgoingMessage, settled: (fate: PublishFate) => void): void {
    const label = `${message.topic}=${Buffer.from(message.payload).toString()}`;
    this.sent.push(label);
    this.#open.push({ label, settled });
  }

  /** Of the oldest that are open. */
  settle(count: number, fate: PublishFate = { name: 'acknowledged' }): readonly string[] {
    const settled = this.#open.splice(0, count);
    for (const one of settled) one.settled(fate);
    return settled.map(({ label }) => label);
  }

  get open(): readonly string[] {
    return this.#open.map(({ label }) => label);
  }

  /** The connection ends. */
  lose(): void {
    this.settle(this.#open.length, { name: 'lost' });
  }
}
