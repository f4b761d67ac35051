import type { ModbusArea } from './modbus-memory.js';

/** Addresses (on the wire, from 0) that a unit does not have. */
export interface ModbusHole {
  readonly area: ModbusArea;
  readonly start: number;
  readonly count: number;
}

/** Addresses about which a unit misbehaves: these knobs are in force for requests that touch them. */
export interface ModbusSpot extends ModbusHole {
  readonly knobs: Omit<ModbusKnobs, 'spots'>;
}

/** Ways in which a unit misbehaves. All absent = a healthy unit. May be changed at any time. */
export interface ModbusKnobs {
  /**
   * Every answer waits that long. One unit's answers may then come after later requests were answered: a late reply. With RTU
   * framing a unit answers in order all the same.
   */
  delayMs?: number;
  /** Reads the request, never answers. The write is not carried out. */
  silent?: boolean;
  /** Carries the request out, but the answer gets lost. */
  swallowReply?: boolean;
  /** Answers every request with this exception. */
  exceptionCode?: number;
  /** Resets the connection on a request, before carrying it out. */
  dropOnRequest?: boolean;
  /** Closes the connection on a request, before carrying it out. */
  hangUpOnRequest?: boolean;
  /** Closes the connection after each answer. */
  hangUpAfterReply?: boolean;
  /** Cuts the connection after carrying the request out, instead of answering. */
  dropAfterRequest?: boolean;
  /** Exception 2 for requests that touch one of these. */
  holes?: readonly ModbusHole[];
  /** Exception 3 for longer reads and writes. */
  maxRegisters?: number;
  maxBits?: number;
  /** Exception 1 for these. */
  unsupportedFunctions?: readonly number[];
  /** Exception 2 for every write. */
  readOnly?: boolean;
  /** The answer leaves in single bytes, a segment each. */
  splitReplies?: boolean;
  /** Holds an answer back until there is a second one, and sends both in one segment. */
  mergeReplies?: boolean;
  /** The answer is sent twice, in one segment. */
  repeatReply?: boolean;
  /** Added to the transaction id of the answer (TCP framing). */
  transactionIdOffset?: number;
  /** Unit id of the answer, which is otherwise in order. */
  replyUnitId?: number;
  /** Added to the length field of the answer; its bytes stay as they are (TCP framing). */
  lengthOffset?: number;
  /** Added to the CRC of the answer (RTU framing). */
  crcOffset?: number;
  /** Bytes cut off the end of the answer; its length field stays as it is. */
  truncateBytes?: number;
  /** Sent instead of the answer. */
  garbage?: Uint8Array;
  /** Sent before the answer, in the same segment: what else is said on the line. */
  preamble?: Uint8Array;
  /** Sent behind the answer, in the same segment. */
  trailer?: Uint8Array;
  /** Reads answer so many registers or bytes of bits more than asked, or fewer, in a frame that is in order. */
  surplus?: number;
  /** In force beside these for requests that touch them; the first that is touched counts. */
  spots?: readonly ModbusSpot[];
  /** Anything else: gets the finished answer and returns what is sent instead. */
  mangle?: (reply: Buffer) => Buffer;
}

export interface ModbusServerKnobs {
  /** Sent as soon as somebody connects, before anything is asked. */
  greeting?: Uint8Array;
  /** Accepts no further connection until switched off: resets it at once. */
  refuseConnections?: boolean;
  /** Further connections are reset at once. */
  maxConnections?: number;
  /** Requests to unknown units: exception 0x0B (as gateways do, default), 0x0A, or silence (default with RTU framing). */
  unknownUnit?: 'no-response' | 'path-unavailable' | 'silent';
}
