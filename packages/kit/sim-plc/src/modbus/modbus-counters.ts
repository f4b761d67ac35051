import type { ModbusArea } from './modbus-memory.js';
import { functionRules, type SimModbusRequest } from './modbus-protocol.js';

/** One write as it arrived, whatever became of the answer. Only writes that were carried out are here. */
export interface ModbusWriteRecord {
  /** `performance.now()` of the server's process. */
  readonly atMs: number;
  readonly unitId: number;
  readonly functionCode: number;
  readonly start: number;
  readonly count: number;
  readonly pdu: Buffer;
}

/** Kept back at most, of writes and of read times: enough for any test, not a leak in a rig that runs for weeks. */
const maxRecords = 100_000;

/** What the devices saw, so that tests can count it on their side. */
export class ModbusCounters {
  requests = 0;
  readonly requestsByUnit = new Map<number, number>();
  readonly requestsByFunction = new Map<number, number>();
  connectionsAccepted = 0;
  connectionsRefused = 0;
  readonly writes: ModbusWriteRecord[] = [];
  /** By unit and area, then by address. */
  readonly #writeRequests = new Map<string, Map<number, number>>();
  readonly #writesDone = new Map<string, Map<number, number>>();
  readonly #readTimes = new Map<string, number[]>();

  /** From now on the arrival times of reads that begin at this address are kept. */
  watchReads(unitId: number, functionCode: number, start: number): void {
    this.#readTimes.set(`${unitId}/${functionCode}/${start}`, []);
  }

  /** `performance.now()` of each watched read, the latest last. */
  readTimesMs(unitId: number, functionCode: number, start: number): readonly number[] {
    return this.#readTimes.get(`${unitId}/${functionCode}/${start}`) ?? [];
  }

  /** How many requests to write this address have arrived at the unit, whether carried out, refused or ignored. */
  writeRequestsTo(unitId: number, area: ModbusArea, address: number): number {
    return this.#writeRequests.get(`${unitId}/${area}`)?.get(address) ?? 0;
  }

  /** How many of them were carried out. */
  writesTo(unitId: number, area: ModbusArea, address: number): number {
    return this.#writesDone.get(`${unitId}/${area}`)?.get(address) ?? 0;
  }

  saw(request: SimModbusRequest): void {
    const { unitId, functionCode, start } = request;
    this.requests++;
    this.requestsByUnit.set(unitId, (this.requestsByUnit.get(unitId) ?? 0) + 1);
    this.requestsByFunction.set(functionCode, (this.requestsByFunction.get(functionCode) ?? 0) + 1);
    if (functionRules[functionCode]?.writes) countAddresses(this.#writeRequests, request);
    if (this.#readTimes.size > 0) this.#noteReadTime(`${unitId}/${functionCode}/${start}`);
  }

  wrote(request: SimModbusRequest): void {
    const { unitId, functionCode, start, count, pdu } = request;
    countAddresses(this.#writesDone, request);
    if (this.writes.length >= maxRecords) this.writes.shift();
    this.writes.push({ atMs: performance.now(), unitId, functionCode, start, count, pdu: Buffer.from(pdu) });
  }

  reset(): void {
    this.requests = 0;
    this.requestsByUnit.clear();
    this.requestsByFunction.clear();
    this.writes.length = 0;
    this.#writeRequests.clear();
    this.#writesDone.clear();
    for (const times of this.#readTimes.values()) times.length = 0;
  }

  #noteReadTime(key: string): void {
    const times = this.#readTimes.get(key);
    if (times === undefined) return;
    if (times.length >= maxRecords) times.shift();
    times.push(performance.now());
  }
}

/** An area has 65,536 addresses, which bounds the table. */
function countAddresses(
  table: Map<string, Map<number, number>>,
  { unitId, functionCode, start, count }: SimModbusRequest,
): void {
  const key = `${unitId}/${functionRules[functionCode].area}`;
  const addresses = table.get(key) ?? new Map<number, number>();
  table.set(key, addresses);
  const end = Math.min(start + count, 65_536);
  for (let address = start; address < end; address++) addresses.set(address, (addresses.get(address) ?? 0) + 1);
}
