interface Sequence {
  /** Of this process. */
  readonly prefix: string;
  last: number;
}

/** Begun by the first request: a Host has none of its own, and randomness costs a megabyte and 7 ms of its start. */
let sequence: Sequence | undefined;

/**
 * 16 hexadecimal digits that follow one request from the client through the gateway into a Host and back: 8 of the process, 8 that
 * count, since every scan of every device gets one and randomness costs more than the call.
 */
export function newCorrelationId(): string {
  sequence ??= newSequence();
  sequence.last = (sequence.last + 1) >>> 0;
  return sequence.prefix + sequence.last.toString(16).padStart(8, '0');
}

/** Web Crypto, which is there already: importing node:crypto costs more. */
function newSequence(): Sequence {
  const [prefix, last] = globalThis.crypto.getRandomValues(new Uint32Array(2));
  return { prefix: prefix.toString(16).padStart(8, '0'), last };
}
