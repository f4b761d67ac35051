/** The narrow part of nodes7 0.3.18 that the driver uses; the package has no types of its own. */
declare module 'nodes7' {
  import type { EventEmitter } from 'node:events';

  export interface Nodes7Options {
    /** Both are module-wide in nodes7: the last constructor wins. */
    readonly silent: boolean;
    readonly debug: boolean;
  }

  export interface Nodes7ConnectionParameters {
    readonly host: string;
    readonly port: number;
    readonly rack: number;
    readonly slot: number;
    readonly localTSAP?: number;
    readonly remoteTSAP?: number;
    /** Of each packet, ms. */
    readonly timeout: number;
  }

  /** What nodes7 expects of its socket. */
  export interface Nodes7Socket extends EventEmitter {
    write(bytes: Uint8Array): boolean;
    end(): void;
    destroy(): void;
    readonly remoteAddress?: string;
    readonly remotePort?: number;
  }

  /** One item of a packet, as far as sending and receiving go. */
  export interface Nodes7Item {
    addr: string;
    datatype: 'BYTE' | 'X' | 'TIMER' | 'COUNTER';
    areaS7Code: number;
    dbNumber: number;
    /** Bytes; nodes7 sends eight times this, plus `bitOffset` when it writes a bit. */
    offset: number;
    bitOffset: number;
    arrayLength: number;
    byteLength: number;
    byteLengthWithFill: number;
    readTransportCode: number;
    writeTransportCode: number;
    /** After a read: the answer's bytes if `valid`. */
    byteBuffer: Buffer;
    valid: boolean;
    /** After a read that is not `valid`: why, in words. */
    errCode: string | undefined;
    writeBuffer: Buffer;
    qualityBuffer: Buffer;
    writeQualityBuffer: Buffer;
    /** After a write: the item's return code. */
    writeResponse: number | undefined;
  }

  export interface Nodes7Packet {
    seqNum: number;
    itemList: Nodes7Item[];
    reqTime: [number, number] | undefined;
    sent: boolean;
    rcvd: boolean;
    timeoutError: boolean | undefined;
    timeout: NodeJS.Timeout | undefined;
  }

  export default class NodeS7 {
    constructor(options: Nodes7Options);

    isoclient: Nodes7Socket | undefined;
    /** 0 down · 1 connecting · 2 TCP stands · 3 ISO stands · 4 negotiated. */
    isoConnectionState: number;
    requestMaxPDU: number;
    maxPDU: number;
    requestMaxParallel: number;
    maxParallel: number;
    readPacketArray: Nodes7Packet[];
    writePacketArray: Nodes7Packet[];
    readonly readReqHeader: Buffer;
    readonly readReq: Buffer;
    readonly writeReqHeader: Buffer;
    readonly writeReq: Buffer;
    globalReadBlockList: unknown[];
    globalWriteBlockList: unknown[];
    readPacketValid: boolean;
    resetTimeout: NodeJS.Timeout | undefined;
    reconnectTimer: NodeJS.Timeout | undefined;
    rereadTimer: NodeJS.Timeout | undefined;

    initiateConnection(parameters: Nodes7ConnectionParameters, callback: (error?: unknown) => void): void;
    connectNow(parameters: Nodes7ConnectionParameters): void;
    onTCPConnect(): void;
    readAllItems(callback: (anyBad: boolean, values: Readonly<Record<string, unknown>>) => void): void;
    writeItems(names: readonly string[], values: readonly unknown[], callback: (anyBad: boolean) => void): 0 | 1;
    getNextSeqNum(): number;
    prepareReadPacket(): void;
    prepareWritePacket(): void;
    packetTimeout(type: string, sequenceNumber: number): void;
    connectionReset(): void;
    connectionCleanup(): void;
  }
}
