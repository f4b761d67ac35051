import type { PduClient, PduResult } from '../line/pdu-client.js';
import type { UnitTraits } from './unit-traits.js';
import type { CoilsStep, MaskStep, RegistersStep, WriteStep } from '../plan/write-step.js';

/** How a step goes out: the function depends on what the unit supports. */
export interface WriteRequest {
  /** As in messages: `writing HR 4..5`. */
  readonly what: string;
  /** False for the reading half of a read-modify-write: nothing has been changed by it. */
  readonly changes: boolean;
  send(client: PduClient, unitId: number): void;
  /** The device repeats what it did; anything else is no confirmation. */
  isConfirmedBy(result: PduResult): boolean;
  /** The unit lacks the function: notes it and tells whether there is another way. */
  learnUnsupported(traits: UnitTraits): boolean;
}

export function requestFor(step: WriteStep, traits: UnitTraits): WriteRequest {
  switch (step.kind) {
    case 'coils':
      return step.states.length === 1 && traits.singleCoil ? singleCoil(step) : coils(step);
    case 'registers':
      return step.bytes.length === 2 && traits.singleRegister ? singleRegister(step) : registers(step);
    case 'mask':
      return traits.maskWrite ? maskWrite(step) : readForModify(step);
  }
}

function singleCoil({ start, states: [state] }: CoilsStep): WriteRequest {
  return {
    what: `writing C ${start}`,
    changes: true,
    send: (client, unitId) => client.writeCoil(unitId, start, state),
    isConfirmedBy: (result) => result.address === start && result.state === state,
    learnUnsupported: (traits) => ((traits.singleCoil = false), true),
  };
}

function coils({ start, states }: CoilsStep): WriteRequest {
  return {
    what: `writing C ${start}..${start + states.length - 1}`,
    changes: true,
    send: (client, unitId) => client.writeCoils(unitId, start, states),
    isConfirmedBy: (result) => result.address === start && result.length === states.length,
    learnUnsupported: () => false,
  };
}

function singleRegister({ start, bytes }: RegistersStep): WriteRequest {
  const value = bytes.readUInt16BE();
  return {
    what: `writing HR ${start}`,
    changes: true,
    send: (client, unitId) => client.writeRegister(unitId, start, value),
    isConfirmedBy: (result) => result.address === start && result.value === value,
    learnUnsupported: (traits) => ((traits.singleRegister = false), true),
  };
}

function registers({ start, bytes }: RegistersStep): WriteRequest {
  const count = bytes.length / 2;
  return {
    what: `writing HR ${start}..${start + count - 1}`,
    changes: true,
    send: (client, unitId) => client.writeRegisters(unitId, start, bytes),
    isConfirmedBy: (result) => result.address === start && result.length === count,
    learnUnsupported: () => false,
  };
}

function maskWrite({ start, andMask, orMask }: MaskStep): WriteRequest {
  return {
    what: `writing bits of HR ${start}`,
    changes: true,
    send: (client, unitId) => client.maskWriteRegister(unitId, start, andMask, orMask),
    isConfirmedBy: (r) => r.address === start && r.andMask === andMask && r.orMask === orMask,
    learnUnsupported: (traits) => ((traits.maskWrite = false), true),
  };
}

function readForModify({ start }: MaskStep): WriteRequest {
  const readHoldingRegisters = 3;
  return {
    what: `reading HR ${start} to change bits of it`,
    changes: false,
    send: (client, unitId) => client.read(readHoldingRegisters, unitId, start, 1),
    isConfirmedBy: (result) => result.buffer?.length === 2,
    learnUnsupported: () => false,
  };
}

/** The writing half of a read-modify-write. */
export function modified({ start, andMask, orMask, items }: MaskStep, { buffer }: PduResult): RegistersStep {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE((buffer!.readUInt16BE() & andMask) | (orMask & ~andMask & 0xffff));
  return { kind: 'registers', start, bytes, items };
}
