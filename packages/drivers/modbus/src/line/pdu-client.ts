import modbusSerial from 'modbus-serial';
import type { RequestPort } from './request-port.js';

/** What modbus-serial makes of an answer; which fields there are depends on the function. */
export interface PduResult {
  /** FC1 to 4: the data bytes, valid until the next request. */
  readonly buffer?: Buffer;
  readonly address?: number;
  /** FC5. */
  readonly state?: boolean;
  /** FC6. */
  readonly value?: number;
  /** FC15, 16. */
  readonly length?: number;
  /** FC22. */
  readonly andMask?: number;
  readonly orMask?: number;
}

export interface PduClientEvents {
  answered(result: PduResult): void;
  /** The device answered with a Modbus exception. */
  refused(exceptionCode: number): void;
  /** modbus-serial could not make sense of an answer that the port had passed. */
  failed(error: Error): void;
}

type Callback = (error: (Error & { modbusCode?: number }) | null, result: PduResult | undefined) => void;

/** The callback interface of modbus-serial, as it is; its declarations leave out that it takes Buffers. */
interface ModbusSerialClient {
  open(callback: (error?: Error) => void): void;
  writeFC1(unitId: number, start: number, count: number, next: Callback): void;
  writeFC2(unitId: number, start: number, count: number, next: Callback): void;
  writeFC3(unitId: number, start: number, count: number, next: Callback): void;
  writeFC4(unitId: number, start: number, count: number, next: Callback): void;
  writeFC5(unitId: number, start: number, state: boolean, next: Callback): void;
  writeFC6(unitId: number, start: number, value: number, next: Callback): void;
  writeFC15(unitId: number, start: number, states: readonly boolean[], next: Callback): void;
  writeFC16(unitId: number, start: number, bytes: Buffer, next: Callback): void;
  writeFC22(unitId: number, start: number, andMask: number, orMask: number, next: Callback): void;
}

/**
 * Encodes requests and decodes answers with modbus-serial. Always names the unit in the request: `setID` is state that all
 * callers would share. Its time-out stays off, because our deadlines belong to the line.
 */
export class PduClient {
  readonly #client: ModbusSerialClient;
  readonly #next: Callback;

  constructor(port: RequestPort, events: PduClientEvents) {
    this.#client = new modbusSerial.default(port) as unknown as ModbusSerialClient;
    this.#client.open(() => undefined);
    this.#next = (error, result) => {
      if (error === null && result !== undefined) events.answered(result);
      else if (error?.modbusCode !== undefined) events.refused(error.modbusCode);
      else events.failed(error ?? new Error('neither an error nor a result'));
    };
  }

  read(functionCode: 1 | 2 | 3 | 4, unitId: number, start: number, count: number): void {
    switch (functionCode) {
      case 1:
        return this.#client.writeFC1(unitId, start, count, this.#next);
      case 2:
        return this.#client.writeFC2(unitId, start, count, this.#next);
      case 3:
        return this.#client.writeFC3(unitId, start, count, this.#next);
      case 4:
        return this.#client.writeFC4(unitId, start, count, this.#next);
    }
  }

  writeCoil(unitId: number, start: number, state: boolean): void {
    this.#client.writeFC5(unitId, start, state, this.#next);
  }

  writeRegister(unitId: number, start: number, value: number): void {
    this.#client.writeFC6(unitId, start, value, this.#next);
  }

  writeCoils(unitId: number, start: number, states: readonly boolean[]): void {
    this.#client.writeFC15(unitId, start, states, this.#next);
  }

  writeRegisters(unitId: number, start: number, bytes: Buffer): void {
    this.#client.writeFC16(unitId, start, bytes, this.#next);
  }

  maskWriteRegister(unitId: number, start: number, andMask: number, orMask: number): void {
    this.#client.writeFC22(unitId, start, andMask, orMask, this.#next);
  }
}
