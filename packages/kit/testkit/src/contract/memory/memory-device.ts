import type { TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { ContractDevice, RecordedPoint } from '../fixture.js';
import { MemoryPast } from './memory-past.js';

/** The device that the memory driver talks to: what the suite is tried on before it judges real drivers. */
export class MemoryDevice implements ContractDevice {
  readonly options = { delayMs: 1 };
  readonly devices = [{ id: 'store', options: {} }];
  readonly spareDevice = { id: 'spare', options: {} };
  readonly otherOptions = { label: 'relabelled' };
  readonly refusedDevices = [{ id: 'forbidden', options: {} }];
  readonly missingNode = 'nowhere';
  readonly deviceId = 'store';
  readonly patienceMs = 500;
  readonly readable = [
    { point: pointAt('level', 'float32'), expected: 12.3 },
    { point: pointAt('running', 'bool'), expected: true },
    { point: pointAt('name', 'string'), expected: 'filler' },
    { point: pointAt('setpoint', 'int32'), expected: 5 },
    { point: pointAt('raw', 'bytes'), expected: new Uint8Array([1, 2]) },
    { point: pointAt('clock', 'datetime') },
  ];
  readonly writable = [
    { point: pointAt('setpoint', 'int32'), value: 7 },
    { point: pointAt('recipe', 'string'), value: 'lemon' },
  ];
  readonly rejected = { point: pointAt('locked', 'int32'), value: 9 };
  readonly missing = pointAt('nowhere', 'int32');
  readonly unparsable = pointAt('not an address', 'int32');

  readonly values = new Map<string, TagValue>([
    ['level', 12.3],
    ['running', true],
    ['name', 'filler'],
    ['setpoint', 5],
    ['recipe', 'cherry'],
    ['locked', 1],
    ['raw', new Uint8Array([1, 2])],
    ['clock', Date.UTC(2030, 0, 1)],
  ]);
  readonly listeners = new Set<() => void>();
  readonly past = new MemoryPast();
  readonly method = { call: { object: '', method: 'echo', inputs: [1, 'two'] }, outputs: [1, 'two'] };
  /** Address of the point that it does not answer. */
  ignored: string | undefined;
  silent = false;
  gone = false;
  writes = 0;

  silence(): void {
    this.silent = true;
  }

  unsilence(): void {
    this.silent = false;
  }

  ignoreFirst(): void {
    this.ignored = this.readable[0].point.address;
  }

  vanish(): void {
    this.gone = true;
    this.tell();
  }

  comeBack(): void {
    this.gone = false;
    this.tell();
  }

  recorded(): RecordedPoint {
    const { fromMs, toMs } = this.past;
    return { fromMs, toMs, point: pointAt('level', 'float32') };
  }

  recordedEvents(): RecordedPoint {
    return this.recorded();
  }

  raiseAlarm(): void {
    this.past.raise();
  }

  writesSeen(): number {
    return this.writes;
  }

  store(address: string, value: TagValue): boolean {
    this.writes++;
    if (address === 'locked') return false;
    this.values.set(address, value);
    this.tell();
    return true;
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

function pointAt(address: string, scalar: Point['type']['scalar']): Point {
  return { path: `memory/${address.replaceAll(' ', '-')}`, address, type: { scalar } };
}
