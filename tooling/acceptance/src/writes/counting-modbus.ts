import { ModbusSimServer, type ModbusKnobs } from '@fieldwarden/sim-plc';
import { FaultProxy, waitFor } from '@fieldwarden/testkit';
import { answerTimeoutMs, type CountingPlc, type PlcFault, type WriteCount } from './counting-plc.js';
import { healNetwork, networkFaults, passedOn } from './network-faults.js';

const unitId = 1;

const knobFaults: readonly (readonly [name: string, knobs: ModbusKnobs])[] = [
  ['no answer', { silent: true }],
  ['carried out without an answer', { swallowReply: true }],
  ['late answers', { delayMs: 2 * answerTimeoutMs }],
  ['slow answers', { delayMs: answerTimeoutMs / 8 }],
  ['cut before it is carried out', { dropOnRequest: true }],
  ['cut after it was carried out', { dropAfterRequest: true }],
  ['accepted, still at work', { exceptionCode: 5 }],
  ['refused: unit does not answer its gateway', { exceptionCode: 11 }],
  ['answer to another request', { transactionIdOffset: 3 }],
  ['answer of another unit', { replyUnitId: 9 }],
  ['wrong length', { lengthOffset: -1 }],
  ['answer cut short', { truncateBytes: 2 }],
  ['garbage', { garbage: Buffer.from('no modbus at all') }],
  ['answers twice', { repeatReply: true }],
];

const refusals: typeof knobFaults = [
  ['refused: device failure', { exceptionCode: 4 }],
  ['refused: busy', { exceptionCode: 6 }],
  ['writes refused', { readOnly: true }],
  ['only short writes', { maxRegisters: 2, maxBits: 2 }],
  ['no function 16 and 15', { unsupportedFunctions: [15, 16] }],
  ['no function 6 and 5', { unsupportedFunctions: [5, 6] }],
  ['gateway has no path', { exceptionCode: 10 }],
];

/** A Modbus TCP device: registers, and a coil now and then; some lie side by side, some do not. */
export class CountingModbus implements CountingPlc {
  readonly type = 'modbus';
  readonly deviceOptions = { unitId };
  readonly faults: readonly PlcFault[];
  readonly #plc: ModbusSimServer;
  readonly #network: FaultProxy;

  private constructor(plc: ModbusSimServer, network: FaultProxy) {
    this.#plc = plc;
    this.#network = network;
    const unit = plc.unit(unitId);
    const fault = ([name, knobs]: (typeof knobFaults)[number]): PlcFault => ({
      name,
      begin: () => void (unit.knobs = knobs),
    });
    const refusing = refusals.map((one): PlcFault => ({ ...fault(one), refuses: true }));
    this.faults = [...knobFaults.map(fault), ...refusing, ...networkFaults(network)];
  }

  static async start(): Promise<CountingModbus> {
    const plc = await ModbusSimServer.listen({ units: { [unitId]: {} } });
    return new CountingModbus(plc, await FaultProxy.listen({ targetPort: plc.port }));
  }

  get options(): object {
    const reconnect = { initialMs: 10, maxMs: 20 };
    return { host: '127.0.0.1', port: this.#network.port, timeoutMs: answerTimeoutMs, reconnect };
  }

  async heal(): Promise<void> {
    this.#plc.unit(unitId).knobs = {};
    await healNetwork(this.#network);
  }

  tag(number: number): { address: string; dataType: string } {
    return isCoil(number)
      ? { address: `C${placeOf(number)}`, dataType: 'bool' }
      : { address: `HR${placeOf(number)}`, dataType: 'uint16' };
  }

  valueFor(number: number): number | boolean {
    return isCoil(number) ? true : number + 1;
  }

  count(number: number): WriteCount {
    const area = isCoil(number) ? 'coils' : 'holdingRegisters';
    const { counters } = this.#plc;
    return {
      arrived: counters.writeRequestsTo(unitId, area, placeOf(number)),
      carriedOut: counters.writesTo(unitId, area, placeOf(number)),
    };
  }

  async settled(): Promise<void> {
    await this.heal();
    await passedOn();
    await waitFor(() => this.#plc.connections === 0, { what: 'all connections to be gone' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network[Symbol.asyncDispose]();
    await this.#plc.close();
  }
}

const isCoil = (number: number): boolean => number % 7 === 6;

/** A gap behind every tenth. */
const placeOf = (number: number): number => number + Math.floor(number / 10);
