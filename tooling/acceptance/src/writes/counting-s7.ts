import { S7SimServer, s7Mangles, type S7SimKnobs } from '@fieldwarden/sim-plc';
import { FaultProxy, waitFor } from '@fieldwarden/testkit';
import { answerTimeoutMs, type CountingPlc, type PlcFault, type WriteCount } from './counting-plc.js';
import { healNetwork, networkFaults, passedOn } from './network-faults.js';

const carriedOut = 0xff;

const knobFaults: readonly (readonly [name: string, knobs: Partial<S7SimKnobs>])[] = [
  ['no answer', { silent: true }],
  ['late answers', { delayMs: 2 * answerTimeoutMs }],
  ['slow answers', { delayMs: answerTimeoutMs / 8 }],
  ['cut before it is carried out', { dropRequests: 3 }],
  ['carried out without an answer', { mangle: (reply, { type }) => (type === 'write' ? undefined : reply) }],
  ['items refused', { itemError: () => 0x0a }],
  ['PUT/GET disabled', { putGetDisabled: true }],
  ['answer cut short', { mangle: s7Mangles.short(4) }],
  ['answer too long', { mangle: s7Mangles.long(4) }],
  ['garbage', { mangle: s7Mangles.garbage(24) }],
  ['answer to another request', { mangle: s7Mangles.strayReference() }],
  ['answers twice', { mangle: s7Mangles.twice() }],
  ['two segments', { splitAt: 5 }],
];

const healthy: Partial<S7SimKnobs> = {
  silent: false,
  delayMs: 0,
  dropRequests: 0,
  mangle: undefined,
  itemError: undefined,
  putGetDisabled: false,
  splitAt: 0,
};

/** One data block of an S7 CPU, a word for each tag. */
export class CountingS7 implements CountingPlc {
  readonly type = 's7';
  readonly deviceOptions = {};
  readonly faults: readonly PlcFault[];
  readonly #plc: S7SimServer;
  readonly #network: FaultProxy;

  private constructor(plc: S7SimServer, network: FaultProxy) {
    this.#plc = plc;
    this.#network = network;
    const ofPlc = knobFaults.map(([name, knobs]): PlcFault => ({
      name,
      begin: () => void Object.assign(plc.knobs, knobs),
    }));
    this.faults = [...ofPlc, ...networkFaults(network)];
  }

  static async start(): Promise<CountingS7> {
    const plc = await S7SimServer.listen({ dbs: { 1: Buffer.alloc(1_024) } });
    return new CountingS7(plc, await FaultProxy.listen({ targetPort: plc.port }));
  }

  get options(): object {
    const reconnect = { initialMs: 10, maxMs: 20 };
    const connectTimeoutMs = 2 * answerTimeoutMs;
    return { host: '127.0.0.1', port: this.#network.port, timeoutMs: answerTimeoutMs, connectTimeoutMs, reconnect };
  }

  async heal(): Promise<void> {
    Object.assign(this.#plc.knobs, healthy);
    await healNetwork(this.#network);
  }

  tag(number: number): { address: string; dataType: string } {
    return { address: `DB1,WORD${2 * number}`, dataType: 'uint16' };
  }

  valueFor(number: number): number {
    return number + 1;
  }

  count(number: number): WriteCount {
    const ofTag = this.#plc.writeLog.filter(({ start }) => start === 2 * number);
    return { arrived: undefined, carriedOut: ofTag.filter(({ code }) => code === carriedOut).length };
  }

  async settled(): Promise<void> {
    await this.heal();
    await passedOn();
    await waitFor(() => this.#plc.openConnections === 0, { what: 'all connections to be gone' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network[Symbol.asyncDispose]();
    await this.#plc.close();
  }
}
