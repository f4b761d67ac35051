import { crc16 } from '../wire/crc16.js';

/** An answer on its way: unit id and PDU, and how its frame is made. */
export interface Reply {
  readonly adu: Buffer;
  readonly frame: (adu: Buffer) => Buffer;
}

/** What is sent in place of an answer, segment by segment; `cut`: the connection is then reset; `late`: kept for the next request. */
export interface Disturbed {
  readonly segments: readonly Buffer[];
  readonly cut?: true;
  readonly late?: true;
}

export type Framing = 'tcp' | 'rtu-over-tcp';

/** Uniform in [0, 1). */
export type Random = () => number;

type Disturbance = (reply: Reply, random: Random) => Disturbed;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

function noise(random: Random, longest: number): Buffer {
  return Buffer.from(Array.from({ length: 1 + below(random, longest) }, () => below(random, 256)));
}

function changed(adu: Buffer, at: number, random: Random): Buffer {
  const other = Buffer.from(adu);
  other[at] = (other[at] + 1 + below(random, 255)) & 0xff;
  return other;
}

/** A proper answer of the same shape that somebody else got: other data, another unit. */
function foreign({ adu, frame }: Reply, random: Random): Buffer {
  const other = changed(adu, 0, random);
  for (let i = 3; i < other.length; i++) other[i] = below(random, 256);
  return frame(other);
}

const one = (...segments: readonly Buffer[]): Disturbed => ({ segments });

const anywhere: Readonly<Record<string, Disturbance>> = {
  'split at every byte': ({ adu, frame }) => one(...[...frame(adu)].map((byte) => Buffer.of(byte))),
  'cut in two segments': ({ adu, frame }, random) => {
    const whole = frame(adu);
    const at = 1 + below(random, whole.length - 1);
    return one(whole.subarray(0, at), whole.subarray(at));
  },
  'two in one segment': ({ adu, frame }) => one(Buffer.concat([frame(adu), frame(adu)])),
  'a foreign one behind it': (reply, random) => one(Buffer.concat([reply.frame(reply.adu), foreign(reply, random)])),
  'a foreign one before it': (reply, random) => one(Buffer.concat([foreign(reply, random), reply.frame(reply.adu)])),
  duplicated: ({ adu, frame }) => one(frame(adu), frame(adu)),
  'wrong unit': ({ adu, frame }, random) => one(frame(changed(adu, 0, random))),
  'wrong function': ({ adu, frame }, random) => one(frame(changed(adu, 1, random))),
  short: ({ adu, frame }, random) => one(frame(adu.subarray(0, 2 + below(random, adu.length - 2)))),
  long: ({ adu, frame }, random) => one(frame(Buffer.concat([adu, noise(random, 20)]))),
  torn: ({ adu, frame }, random) => one(frame(adu).subarray(0, below(random, adu.length))),
  garbage: (_reply, random) => one(noise(random, 300)),
  'garbage before it': ({ adu, frame }, random) => one(noise(random, 40), frame(adu)),
  'garbage behind it': ({ adu, frame }, random) => one(frame(adu), noise(random, 40)),
  late: ({ adu, frame }) => ({ segments: [frame(adu)], late: true }),
  'connection cut': ({ adu, frame }, random) => ({
    segments: [frame(adu).subarray(0, below(random, adu.length))],
    cut: true,
  }),
};

/** The only bytes that Modbus TCP protects by nothing are the data themselves. */
const overTcp: Readonly<Record<string, Disturbance>> = {
  ...anywhere,
  'foreign transaction id': ({ adu, frame }, random) => {
    const whole = frame(adu);
    whole.writeUInt16BE((whole.readUInt16BE(0) + 1 + below(random, 0xfffe)) & 0xffff, 0);
    return one(whole);
  },
  'wrong header': ({ adu, frame }, random) => one(changed(frame(adu), 2 + below(random, 5), random)),
};

const overRtu: Readonly<Record<string, Disturbance>> = {
  ...anywhere,
  'wrong CRC': ({ adu, frame }, random) => {
    const whole = frame(adu);
    return one(changed(whole, whole.length - 1 - below(random, 2), random));
  },
  // what the CRC finds with certainty: up to three bits
  'bits flipped': ({ adu, frame }, random) => {
    const whole = frame(adu);
    const bits = new Set(Array.from({ length: 1 + below(random, 3) }, () => below(random, 8 * whole.length)));
    for (const bit of bits) whole[bit >> 3] ^= 1 << (bit & 7);
    return one(whole);
  },
};

export const disturbances: Readonly<Record<Framing, Readonly<Record<string, Disturbance>>>> = {
  tcp: overTcp,
  'rtu-over-tcp': overRtu,
};

export function framed(framing: Framing, transactionId: number, adu: Buffer): Buffer {
  return framing === 'tcp' ? tcpFrame(transactionId, adu) : rtuFrame(adu);
}

function tcpFrame(transactionId: number, adu: Buffer): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt16BE(transactionId, 0);
  header.writeUInt16BE(adu.length, 4);
  return Buffer.concat([header, adu]);
}

function rtuFrame(adu: Buffer): Buffer {
  const frame = Buffer.concat([adu, Buffer.alloc(2)]);
  frame.writeUInt16LE(crc16(adu, 0, adu.length), adu.length);
  return frame;
}
