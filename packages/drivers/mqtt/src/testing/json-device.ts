import { LinkProbe } from '@fieldwarden/mqtt-link/testing';

/**
 * A device that speaks JSON: it tells signals under `plant/<signal>`, kept by the broker and with their own time, takes new values under
 * `plant/<signal>/set` as `{v, id}` and answers under `plant/<signal>/set-result`. The signal `fixed` is never written.
 */
export class JsonDevice implements AsyncDisposable {
  readonly #probe: LinkProbe;
  /** Writes that came, oldest first. */
  readonly writes: { readonly signal: string; readonly value: unknown }[] = [];
  /** Answers to writes. */
  answers = true;

  private constructor(probe: LinkProbe) {
    this.#probe = probe;
  }

  static async start(url: string, signals: Readonly<Record<string, unknown>>): Promise<JsonDevice> {
    const probe = await LinkProbe.connected({ url, clientId: 'json-device' });
    const device = new JsonDevice(probe);
    probe.onMessage = ({ topic, payload }) => device.#written(topic, Buffer.from(payload).toString());
    await probe.link.subscribe([{ filter: 'plant/+/set', qos: 1 }]);
    for (const [signal, value] of Object.entries(signals)) device.tell(signal, value);
    await probe.settled();
    return device;
  }

  tell(signal: string, value: unknown, more: object = {}): void {
    this.#publish(`plant/${signal}`, JSON.stringify({ v: value, ts: Date.now(), ...more }), true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#probe[Symbol.asyncDispose]();
  }

  #written(topic: string, text: string): void {
    const [, signal] = topic.split('/');
    const { v, id } = JSON.parse(text) as { readonly v: unknown; readonly id: string };
    this.writes.push({ signal, value: v });
    if (!this.answers) return;
    const outcome = signal === 'fixed' ? 'rejected' : 'done';
    if (outcome === 'done') this.tell(signal, v);
    this.#publish(`plant/${signal}/set-result`, JSON.stringify({ id, outcome }), false);
  }

  #publish(topic: string, text: string, retain: boolean): void {
    this.#probe.publish(topic, { payload: Buffer.from(text), retain });
  }
}
