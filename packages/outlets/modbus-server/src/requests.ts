import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { TagSource, TagWriter } from '@fieldwarden/service';
import type { Counters } from './counters.js';
import { identificationPdu, type DeviceIdentity } from './protocol/device-identification.js';
import {
  exceptionCodes,
  exceptionPdu,
  isException,
  parseRequest,
  readPdu,
  writtenPdu,
  type ModbusException,
  type ModbusRequest,
} from './protocol/protocol.js';
import { ConfirmedValues } from './confirmed-values.js';
import { readBits, readRegisters, unmapped } from './reads.js';
import type { ServedUnit, ServedUnits } from './served-units.js';
import { deviceFailure } from './tag-status.js';
import { planCoils, planMaskWrite, planRegisters, type WritesOrRefusal } from './write-plan.js';
import { Writes, type WriteAsked, type WriteRights } from './writes.js';
import type { MapSpan } from './map/area.js';

export interface RequestsDependencies {
  /** Those of the settings in force. */
  readonly units: () => ServedUnits;
  readonly rights: () => WriteRights;
  readonly tags: TagSource;
  readonly writer: TagWriter;
  readonly identity: DeviceIdentity;
  readonly counters: Counters;
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly logger: Logger;
}

/** A PDU, at once for reads, after the devices answered for writes. */
export type ModbusAnswer = Buffer | Promise<Buffer>;

/** Request PDU → answer PDU, whatever the frames around them. Throws nothing and never rejects. */
export class Requests {
  readonly #deps: RequestsDependencies;
  readonly #writes: Writes;
  readonly #confirmed: ConfirmedValues;
  /** Of registers with a mask write under way, by unit and register: the next one builds on what the device made of it. */
  readonly #masking = new Map<string, Promise<unknown>>();
  #hasToldFailure = false;

  constructor(deps: RequestsDependencies) {
    this.#deps = deps;
    this.#confirmed = new ConfirmedValues(deps.tags);
    this.#writes = new Writes({ ...deps, confirmed: this.#confirmed });
  }

  knows(unitId: number): boolean {
    return this.#deps.units().get(unitId) !== undefined;
  }

  /** `peer`: address of the client. */
  answer(unitId: number, pdu: Buffer, peer: string): ModbusAnswer {
    const functionCode = pdu[0];
    this.#deps.counters.countRequest(functionCode);
    try {
      const answer = this.#carryOut(unitId, pdu, peer);
      if (!(answer instanceof Promise)) return this.#toPdu(functionCode, answer);
      return answer.catch((thrown: unknown) => this.#failed(thrown)).then((done) => this.#toPdu(functionCode, done));
    } catch (thrown) {
      return this.#toPdu(functionCode, this.#failed(thrown));
    }
  }

  #carryOut(unitId: number, pdu: Buffer, peer: string): Buffer | ModbusException | Promise<Buffer | ModbusException> {
    const request = parseRequest(pdu);
    if (isException(request)) return request;
    const unit = this.#deps.units().get(unitId);
    if (!unit) return this.#unknownUnit(request, { unitId, peer });
    if (request.type === 'read-bits' || request.type === 'read-registers') return this.#read(unit, pdu[0], request);
    if (request.type === 'identify') return identificationPdu(this.#deps.identity, request.readCode, request.objectId);
    return this.#write(unit, pdu, request, { peer, unitId, span: writtenSpan(request) });
  }

  #unknownUnit(request: ModbusRequest, { unitId, peer }: Omit<WriteAsked, 'span'>): ModbusException {
    const exception = exceptionCodes.gatewayPathUnavailable;
    if (!isWrite(request)) return { exception };
    return this.#writes.refused(
      { exception, why: 'this unit is not served' },
      { peer, unitId, span: writtenSpan(request) },
    );
  }

  #read(unit: ServedUnit, functionCode: number, span: ReadRequest): Buffer | ModbusException {
    const read = span.type === 'read-bits' ? readBits : readRegisters;
    const bytes = read(unit, span, this.#deps.tags);
    return isException(bytes) ? bytes : readPdu(functionCode, bytes);
  }

  async #write(
    unit: ServedUnit,
    pdu: Buffer,
    request: WriteRequest,
    asked: WriteAsked,
  ): Promise<Buffer | ModbusException> {
    if (request.type === 'mask-write') await this.#afterOthers(unit, request);
    // What the read of a combined request would refuse is refused before anything is written.
    const unreadable = request.type === 'read-write-registers' ? unmapped(unit, readSpanOf(request)) : undefined;
    if (unreadable) return this.#writes.refused({ ...unreadable, why: 'the map has no row for what it reads' }, asked);
    const writing = this.#writes.carryOut(this.#plan(unit, request), asked);
    if (request.type === 'mask-write') this.#holdBack(unit, request, writing);
    const exception = await writing;
    if (exception) return exception;
    if (request.type !== 'read-write-registers') return writtenPdu(pdu);
    // The values that are known now: those that were written are among them once their device has been read again.
    return this.#read(unit, pdu[0], { type: 'read-registers', ...readSpanOf(request) });
  }

  #plan({ map, settings }: ServedUnit, request: WriteRequest): WritesOrRefusal {
    switch (request.type) {
      case 'write-bits':
        return planCoils(map, request.start, request.bits);
      case 'write-registers':
        return planRegisters(map, request.start, request.words);
      case 'read-write-registers':
        return planRegisters(map, request.write.start, request.write.words);
      case 'mask-write': {
        const span = { area: 'holding-register', start: request.start, count: 1 } as const;
        return planMaskWrite(map, request, () => readRegisters({ map, settings }, span, this.#confirmed));
      }
    }
  }

  async #afterOthers(unit: ServedUnit, { start }: MaskWrite): Promise<void> {
    const key = maskKey(unit, start);
    for (let other = this.#masking.get(key); other; other = this.#masking.get(key)) await other;
  }

  #holdBack(unit: ServedUnit, { start }: MaskWrite, writing: Promise<unknown>): void {
    const key = maskKey(unit, start);
    const ended = writing.finally(() => {
      if (this.#masking.get(key) === ended) this.#masking.delete(key);
    });
    this.#masking.set(key, ended);
  }

  #toPdu(functionCode: number, answer: Buffer | ModbusException): Buffer {
    if (!isException(answer)) return answer;
    this.#deps.counters.countException(answer.exception);
    return exceptionPdu(functionCode, answer);
  }

  /** Tags can't be asked, or there is a bug of ours: said once, answered always. */
  #failed(thrown: unknown): ModbusException {
    if (!this.#hasToldFailure) {
      this.#deps.logger.error(`a request could not be answered: ${messageOf(thrown)}`, { error: thrown });
    }
    this.#hasToldFailure = true;
    return deviceFailure;
  }
}

function readSpanOf({ read }: Extract<ModbusRequest, { type: 'read-write-registers' }>) {
  return { area: 'holding-register', ...read } as const;
}

function isWrite(request: ModbusRequest): request is WriteRequest {
  return !['read-bits', 'read-registers', 'identify'].includes(request.type);
}

function writtenSpan(request: WriteRequest): MapSpan {
  switch (request.type) {
    case 'write-bits':
      return { area: 'coil', start: request.start, count: request.bits.length };
    case 'mask-write':
      return { area: 'holding-register', start: request.start, count: 1 };
    case 'write-registers':
      return { area: 'holding-register', start: request.start, count: request.words.length / 2 };
    case 'read-write-registers':
      return { area: 'holding-register', start: request.write.start, count: request.write.words.length / 2 };
  }
}

function maskKey({ settings: { unitId } }: ServedUnit, register: number): string {
  return `${unitId}/${register}`;
}

type MaskWrite = Extract<ModbusRequest, { type: 'mask-write' }>;
type ReadRequest = Extract<ModbusRequest, { type: 'read-bits' | 'read-registers' }>;
type WriteRequest = Exclude<ModbusRequest, ReadRequest | { type: 'identify' }>;
