import { crc16 } from '../wire/crc16.js';
import type { Framing } from '../wire/framing.js';
import { RtuFraming } from '../wire/rtu-framing.js';
import { TcpFraming } from '../wire/tcp-framing.js';
import type { Connection, ConnectionEvents, Wire } from '../wire/wire.js';

const mbapLength = 6;

/** A connection without a socket: it keeps what is sent, and brings what a test has it bring. */
export class FakeConnection implements Connection {
  readonly sent: Buffer[] = [];
  isDropped = false;
  readonly #events: ConnectionEvents;
  readonly #isTcp: boolean;

  constructor(events: ConnectionEvents, isTcp: boolean) {
    this.#events = events;
    this.#isTcp = isTcp;
  }

  send(bytes: Buffer): void {
    this.sent.push(Buffer.from(bytes));
  }

  drop(): void {
    this.isDropped = true;
  }

  connected(): void {
    this.#events.connected();
  }

  lost(why = 'reset by peer'): void {
    this.#events.lost(why);
  }

  /** `unit:start`, for each request that was sent here. */
  get asked(): string[] {
    return this.sent.map((frame) => {
      const pdu = this.#unitAndPdu(frame);
      return `${pdu[0]}:${pdu.readUInt16BE(2)}`;
    });
  }

  /** The unit answers a request for registers, the newest unless told otherwise: each register holds its own address. */
  answer(index = this.sent.length - 1): void {
    const frame = this.sent[index];
    const request = this.#unitAndPdu(frame);
    const [start, count] = [request.readUInt16BE(2), request.readUInt16BE(4)];
    const reply = Buffer.alloc(3 + 2 * count);
    reply.set([request[0], request[1], 2 * count]);
    for (let i = 0; i < count; i += 1) reply.writeUInt16BE(start + i, 3 + 2 * i);
    this.bring(this.#isTcp ? tcpFrame(frame.readUInt16BE(0), reply) : rtuFrame(reply));
  }

  bring(bytes: Buffer): void {
    this.#events.received(bytes, bytes.length);
  }

  #unitAndPdu(frame: Buffer): Buffer {
    return this.#isTcp ? frame.subarray(mbapLength) : frame;
  }
}

/** Connects when a test says so. */
export class FakeWire implements Wire {
  readonly peer = 'plc:502';
  readonly framing: Framing;
  readonly frameSilenceMs = 0;
  readonly byteMs = 0;
  readonly timeoutsPerConnection: number;
  readonly connections: FakeConnection[] = [];
  /** Connects at once. */
  accepts = true;

  readonly silenceHint?: string;

  constructor(kind: 'tcp' | 'serial' = 'tcp', silenceHint?: string) {
    if (silenceHint !== undefined) this.silenceHint = silenceHint;
    this.framing = kind === 'tcp' ? new TcpFraming() : new RtuFraming();
    this.timeoutsPerConnection = kind === 'tcp' ? 1 : 10;
  }

  connect(events: ConnectionEvents): Connection {
    const connection = new FakeConnection(events, this.framing.hasTransactionIds);
    this.connections.push(connection);
    if (this.accepts) queueMicrotask(() => connection.connected());
    return connection;
  }

  /** The newest. */
  get connection(): FakeConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error('nobody has connected yet');
    return connection;
  }
}

function tcpFrame(transactionId: number, reply: Buffer): Buffer {
  const frame = Buffer.alloc(mbapLength + reply.length);
  frame.writeUInt16BE(transactionId, 0);
  frame.writeUInt16BE(reply.length, 4);
  reply.copy(frame, mbapLength);
  return frame;
}

function rtuFrame(reply: Buffer): Buffer {
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(reply, 0, reply.length));
  return Buffer.concat([reply, crc]);
}
