import type { S7SimItem, S7SimRequest } from './s7-sim-protocol.js';

/** What becomes of a read job that touches a spot: no answer, a closed or reset connection, nonsense, an answer cut short, an error of its S7 header. */
export type S7SimMisbehaviour = 'silence' | 'hang-up' | 'reset' | 'garbage' | 'short' | { readonly jobError: number };

/** A stretch of a data block about which the CPU misbehaves. */
export interface S7SimSpot {
  readonly db: number;
  readonly start: number;
  readonly byteLength: number;
  readonly does: S7SimMisbehaviour;
}

/**
 * What goes wrong, and when. Read anew for every connection and every request, so that a knob may be turned at any time.
 */
export interface S7SimKnobs {
  /** Every answer comes this much later. */
  delayMs: number;
  /** Requests are taken and never answered; connections stay. */
  silent: boolean;
  /** New TCP connections are reset at once. */
  refuseConnections: boolean;
  /** Connect requests are answered with a COTP disconnect, as for a wrong rack or slot. */
  refuseIso: boolean;
  /** Connections beyond this are answered with a COTP disconnect, as when a CPU has no connection left. */
  maxConnections: number;
  /** Remote TSAPs (rack × 32 + slot in the low byte) that are accepted; undefined = all. */
  acceptedTsaps: ReadonlySet<number> | undefined;
  /** Reset the connection instead of answering this many of the next read and write requests. */
  dropRequests: number;
  /** Bytes per segment of an answer; 0 = one segment. 1 splits everywhere. */
  splitEvery: number;
  /** Two segments, the first this long; 0 = off. */
  splitAt: number;
  /** Return code for an item, or undefined for the truth. Asked before the memory is touched. */
  itemError: ((item: S7SimItem, access: 'read' | 'write') => number | undefined) | undefined;
  /** Data blocks with optimised access: items in them are refused with `optimisedCode`. */
  optimisedDbs: ReadonlySet<number>;
  optimisedCode: number;
  /** What stands in the length of an item that failed; its data is empty all the same. 0 for a CPU of Siemens, 4 for Snap7. */
  failedItemLength: number;
  /** What read jobs must not touch; the first that is touched counts. */
  spots: readonly S7SimSpot[];
  /** Read jobs of more bytes than that are not answered, or answered with this header error. */
  jobLimit: { readonly bytes: number; readonly does: S7SimMisbehaviour } | undefined;
  /** Closes the connection after each answer to a job. */
  hangUpAfterReply: boolean;
  /** PUT/GET is not permitted: every read and write job is refused with error 0x8104. */
  putGetDisabled: boolean;
  /** Last word on every answer: other bytes, several frames, or undefined to send nothing. */
  mangle: ((reply: Buffer, request: S7SimRequest) => Buffer | undefined) | undefined;
}

export function workingKnobs(): S7SimKnobs {
  return {
    delayMs: 0,
    silent: false,
    refuseConnections: false,
    refuseIso: false,
    maxConnections: Infinity,
    acceptedTsaps: undefined,
    dropRequests: 0,
    splitEvery: 0,
    splitAt: 0,
    itemError: undefined,
    optimisedDbs: new Set(),
    optimisedCode: 0x05,
    failedItemLength: 0,
    spots: [],
    jobLimit: undefined,
    hangUpAfterReply: false,
    putGetDisabled: false,
    mangle: undefined,
  };
}

/** Ready-made values for `mangle`. All leave the handshake alone, so that the trouble begins with the first job. */
export const s7Mangles = {
  /** The last `bytes` bytes are missing although the TPKT length promises them. */
  cutOff: (bytes: number) => jobsOnly((reply) => reply.subarray(0, reply.length - bytes)),
  /** A well-formed TPKT that ends `bytes` bytes early. */
  short: (bytes: number) => jobsOnly((reply) => withTpktLength(reply.subarray(0, Math.max(7, reply.length - bytes)))),
  /** A well-formed TPKT with `bytes` bytes too many. */
  long: (bytes: number) => jobsOnly((reply) => withTpktLength(Buffer.concat([reply, Buffer.alloc(bytes, 0xa5)]))),
  /** Something that is no TPKT at all. */
  garbage: (bytes: number) => jobsOnly(() => Buffer.alloc(bytes, 0x47)),
  /** One byte becomes another. */
  byteAt: (position: number, value: number) =>
    jobsOnly((reply) => {
      const copy = Buffer.from(reply);
      if (position < copy.length) copy[position] = value;
      return copy;
    }),
  /** The answer carries the reference of no request. */
  strayReference: () =>
    jobsOnly((reply) => {
      const copy = Buffer.from(reply);
      copy.writeUInt16BE((copy.readUInt16BE(11) + 0x4000) & 0xffff, 11);
      return copy;
    }),
  /** Each answer comes twice. */
  twice: () => jobsOnly((reply) => Buffer.concat([reply, reply])),
} as const;

function jobsOnly(change: (reply: Buffer) => Buffer): NonNullable<S7SimKnobs['mangle']> {
  return (reply, request) => (request.type === 'read' || request.type === 'write' ? change(reply) : reply);
}

function withTpktLength(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt16BE(copy.length, 2);
  return copy;
}
