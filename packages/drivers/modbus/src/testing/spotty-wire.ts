import type { Span } from '../address/area.js';
import { crc16 } from '../wire/crc16.js';
import type { Framing } from '../wire/framing.js';
import { RtuFraming } from '../wire/rtu-framing.js';
import { TcpFraming } from '../wire/tcp-framing.js';
import type { Connection, ConnectionEvents, Wire } from '../wire/wire.js';

export type Misbehaviour =
  'silence' | 'hang-up' | 'too-short' | 'too-long' | 'garbage' | { readonly exception: number };

/** Addresses that a request must not touch, and what happens when it does. */
export interface Spot extends Span {
  readonly does: Misbehaviour;
}

export interface SpottyUnit {
  readonly spots: readonly Spot[];
  /** What happens to requests that are longer than it takes. */
  readonly tooMuch?: { readonly count: number; readonly does: Misbehaviour };
  /** Closes the connection after each answer. */
  readonly hangsUpAfterAnswers?: boolean;
}

const areaOfFunction = {
  1: 'coil',
  2: 'discrete-input',
  3: 'holding-register',
  4: 'input-register',
} as const;

/** What a register holds. */
export function registerAt(functionCode: number, address: number): number {
  return (address * 31 + functionCode * 1000) & 0xffff;
}

/** A unit that is sound but for some addresses, on a wire without sockets and time. */
export class SpottyWire implements Wire {
  readonly peer = 'plc:502';
  readonly framing: Framing;
  readonly frameSilenceMs = 0;
  readonly byteMs = 0;
  readonly timeoutsPerConnection: number;
  unit: SpottyUnit;
  /** Of requests: all, and those that were not answered. */
  requests = 0;
  silences = 0;
  connects = 0;
  readonly #isTcp: boolean;

  constructor(kind: 'tcp' | 'serial', unit: SpottyUnit) {
    this.#isTcp = kind === 'tcp';
    this.framing = this.#isTcp ? new TcpFraming() : new RtuFraming();
    this.timeoutsPerConnection = this.#isTcp ? 1 : 8;
    this.unit = unit;
  }

  connect(events: ConnectionEvents): Connection {
    this.connects++;
    let isOpen = true;
    const later = (action: () => void): void => queueMicrotask(() => isOpen && action());
    const lose = (): void => {
      isOpen = false;
      events.lost('closed by the device');
    };
    later(() => events.connected());
    return {
      send: (bytes) => {
        const request = Buffer.from(bytes);
        later(() => this.#onRequest(request, events, () => later(lose)));
      },
      drop: () => (isOpen = false),
    };
  }

  #onRequest(frame: Buffer, events: ConnectionEvents, hangUp: () => void): void {
    this.requests++;
    const adu = this.#isTcp ? frame.subarray(6) : frame;
    const [functionCode, start, count] = [adu[1], adu.readUInt16BE(2), adu.readUInt16BE(4)];
    const does = this.#misbehaviour(functionCode, start, count);
    if (does === 'silence') return this.#staySilent();
    if (does === 'hang-up') return hangUp();
    const answer = this.#framed(frame, pduOf(functionCode, start, count, does));
    events.received(answer, answer.length);
    if (this.unit.hangsUpAfterAnswers) hangUp();
  }

  #staySilent(): void {
    this.silences++;
  }

  #misbehaviour(functionCode: number, start: number, count: number): Misbehaviour | undefined {
    const { spots, tooMuch } = this.unit;
    const area = areaOfFunction[functionCode as 1 | 2 | 3 | 4];
    const touched = spots.find(
      (spot) => spot.area === area && start < spot.start + spot.count && spot.start < start + count,
    );
    return touched?.does ?? (tooMuch && count > tooMuch.count ? tooMuch.does : undefined);
  }

  #framed(request: Buffer, pdu: Buffer): Buffer {
    const adu = Buffer.concat([Buffer.of(this.#isTcp ? request[6] : request[0]), pdu]);
    const ends = Buffer.alloc(this.#isTcp ? 6 : 2);
    if (!this.#isTcp) {
      ends.writeUInt16LE(crc16(adu, 0, adu.length));
      return Buffer.concat([adu, ends]);
    }
    request.copy(ends, 0, 0, 2);
    ends.writeUInt16BE(adu.length, 4);
    return Buffer.concat([ends, adu]);
  }
}

function pduOf(functionCode: number, start: number, count: number, does: Misbehaviour | undefined): Buffer {
  if (typeof does === 'object') return Buffer.of(functionCode | 0x80, does.exception);
  if (does === 'garbage') return Buffer.from('hello');
  const registers = Math.max(0, does === 'too-short' ? count - 1 : does === 'too-long' ? count + 1 : count);
  const pdu = Buffer.alloc(2 + 2 * registers);
  pdu.set([functionCode, 2 * registers]);
  for (let i = 0; i < registers; i++) pdu.writeUInt16BE(registerAt(functionCode, start + i), 2 + 2 * i);
  return pdu;
}
