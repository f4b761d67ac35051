import { EventEmitter } from 'node:events';
import NodeS7, { type Nodes7Item, type Nodes7Packet, type Nodes7Socket } from 'nodes7';
import type { S7Area } from '../address/address.js';
import type { ReadItem, ReadJob, WriteJob, WriteJobItem } from '../plan/plan.js';

/** S7ANY area codes. */
const areaCodes: Readonly<Record<S7Area, number>> = {
  P: 0x80, I: 0x81, Q: 0x82, M: 0x83, DB: 0x84, C: 0x1c, T: 0x1d,
}; // prettier-ignore

/** Transport sizes of item data: a bit · bytes, counted in bits · octets, counted in bytes. */
const bitTransport = 0x03;
const byteTransport = 0x04;
const octetTransport = 0x09;

/** nodes7's own time-outs must never come before the driver's, which end the connection. */
const neverMs = 2_000_000_000;

/** An item's bytes, or the return code with which the CPU refused it. */
export type ItemAnswer = Buffer | number;

export interface Nodes7ClientInit {
  readonly rack: number;
  readonly slot: number;
  readonly localTSAP?: number;
  readonly remoteTSAP?: number;
  readonly maxPduBytes: number;
  readonly maxParallel: number;
  /** Puts the bytes of one whole request on the wire. */
  readonly send: (frame: Buffer) => void;
  /** nodes7 gave the connection up. */
  readonly onGivenUp: (why: string) => void;
}

/**
 * nodes7, fenced in. It builds the requests and takes the answers apart; the socket, time-outs, reconnecting and what goes into
 * a packet are the driver's. One of these lives as long as one connection.
 *
 * The driver hands it packets that are already planned (nodes7 itself packs more than 20 items into a large PDU, sorts writes
 * by address and merges by a gap of its own), answers that are already checked, and one call at a time.
 */
export class Nodes7Client extends NodeS7 {
  readonly #init: Nodes7ClientInit;
  readonly #socket: FrameSocket;
  #packets: Nodes7Packet[] = [];

  constructor(init: Nodes7ClientInit) {
    super({ silent: true, debug: false });
    this.#init = init;
    this.#socket = new FrameSocket(init.send);
    this.requestMaxPDU = init.maxPduBytes;
    this.requestMaxParallel = init.maxParallel;
  }

  /** ISO connect and negotiation over a TCP connection that stands; calls back once both are done. */
  handshake(onNegotiated: () => void): void {
    const { rack, slot, localTSAP, remoteTSAP } = this.#init;
    const tsaps = localTSAP === undefined || remoteTSAP === undefined ? {} : { localTSAP, remoteTSAP };
    this.initiateConnection({ host: '', port: 0, rack, slot, ...tsaps, timeout: neverMs }, (error) => {
      if (error === undefined) onNegotiated();
    });
  }

  /** One whole, checked frame from the CPU. Whatever nodes7 throws is thrown on. */
  receive(frame: Buffer): void {
    this.#socket.emit('data', frame);
  }

  /** Calls back with the answers of each job. Never call it while another read or write is under way. */
  read(jobs: readonly ReadJob[], onDone: (answers: readonly (readonly ItemAnswer[])[]) => void): void {
    this.#packets = jobs.map((job) => packet(job.items.map(readItem)));
    this.readPacketValid = false;
    const packets = this.#packets;
    this.readAllItems(() => onDone(packets.map(({ itemList }) => itemList.map(answerOf))));
  }

  /** Of the packets of the read under way or just done, in the order of their jobs: the reference on the wire, and what has come. */
  get progress(): readonly { readonly reference: number; readonly answers: readonly ItemAnswer[] | undefined }[] {
    return this.#packets.map(({ seqNum, rcvd, itemList }) => ({
      reference: seqNum,
      answers: rcvd ? itemList.map(answerOf) : undefined,
    }));
  }

  /** Calls back with the return code of each item. Never call it while another read or write is under way. */
  write(job: WriteJob, onDone: (codes: readonly number[]) => void): void {
    this.#packets = [packet(job.items.map(writeItem))];
    const [{ itemList }] = this.#packets;
    const refused = this.writeItems([], [], () => onDone(itemList.map(({ writeResponse = 0 }) => writeResponse)));
    if (refused !== 0) throw new Error('nodes7 is still writing');
  }

  /** Ends every timer; nothing is called back any more. */
  dispose(): void {
    this.connectionCleanup();
    for (const timer of [this.resetTimeout, this.reconnectTimer, this.rereadTimer]) clearTimeout(timer);
  }

  override connectNow(): void {
    // nodes7 calls this again after every trouble; the one connection it gets is there already
    if (this.isoclient) return;
    this.isoclient = this.#socket;
    this.onTCPConnect();
  }

  override prepareReadPacket(): void {
    this.readReqHeader.copy(this.readReq);
    this.readPacketArray = this.#packets;
    this.globalReadBlockList = [];
    this.readPacketValid = true;
  }

  override prepareWritePacket(): void {
    this.writeReqHeader.copy(this.writeReq);
    for (const each of this.#packets) each.seqNum = this.getNextSeqNum();
    this.writePacketArray = this.#packets;
    this.globalWriteBlockList = [];
  }

  override packetTimeout(type: string): void {
    this.#init.onGivenUp(`${type} was not sent`);
  }

  override connectionReset(): void {
    this.#init.onGivenUp('nodes7 could not make sense of an answer');
  }
}

/** What nodes7 takes for its socket. */
class FrameSocket extends EventEmitter implements Nodes7Socket {
  readonly #send: (frame: Buffer) => void;

  constructor(send: (frame: Buffer) => void) {
    super();
    this.#send = send;
  }

  write(bytes: Uint8Array): boolean {
    // nodes7 builds the next request in the same memory, even while the socket still holds this one
    this.#send(Buffer.from(bytes));
    return true;
  }

  end(): void {}

  destroy(): void {}
}

function packet(itemList: Nodes7Item[]): Nodes7Packet {
  return {
    seqNum: 0,
    itemList,
    reqTime: undefined,
    sent: false,
    rcvd: false,
    timeoutError: undefined,
    timeout: undefined,
  };
}

function readItem({ block, start, byteLength }: ReadItem): Nodes7Item {
  const { area, db } = block;
  const isNumbered = area === 'T' || area === 'C';
  return {
    ...blank,
    datatype: area === 'T' ? 'TIMER' : area === 'C' ? 'COUNTER' : 'BYTE',
    areaS7Code: areaCodes[area],
    dbNumber: db,
    // timers and counters are addressed by their number, and nodes7 multiplies by eight
    offset: isNumbered ? start / 8 : start,
    byteLength,
    byteLengthWithFill: byteLength + (byteLength & 1),
    readTransportCode: isNumbered ? octetTransport : byteTransport,
  };
}

function writeItem({ area, db, start, bit, data }: WriteJobItem): Nodes7Item {
  return {
    ...blank,
    datatype: bit === undefined ? 'BYTE' : 'X',
    areaS7Code: areaCodes[area],
    dbNumber: db,
    offset: start,
    bitOffset: bit ?? 0,
    byteLength: data.length,
    byteLengthWithFill: data.length,
    writeTransportCode: bit === undefined ? byteTransport : bitTransport,
    writeBuffer: data,
    writeQualityBuffer: Buffer.alloc(data.length),
  };
}

const noBytes = Buffer.alloc(0);

const blank: Nodes7Item = {
  addr: '',
  datatype: 'BYTE',
  areaS7Code: 0,
  dbNumber: 0,
  offset: 0,
  bitOffset: 0,
  arrayLength: 1,
  byteLength: 0,
  byteLengthWithFill: 0,
  readTransportCode: byteTransport,
  writeTransportCode: byteTransport,
  byteBuffer: noBytes,
  valid: false,
  errCode: undefined,
  writeBuffer: noBytes,
  qualityBuffer: noBytes,
  writeQualityBuffer: noBytes,
  writeResponse: undefined,
};

function answerOf({ valid, byteBuffer, errCode }: Nodes7Item): ItemAnswer {
  return valid ? byteBuffer : Number(/Response Code - (\d+)/.exec(errCode ?? '')?.[1] ?? 0);
}
