// Web Crypto, which is there already: importing node:crypto costs every Host 7 ms of its start.
const [prefix, first] = globalThis.crypto.getRandomValues(new Uint32Array(2));
const ofThisProcess = prefix.toString(16).padStart(8, '0');
let next = first;

/**
 * 16 hexadecimal digits that follow one request from the client through the gateway into a Host and back: 8 of the process, 8 that
 * count, since every scan of every device gets one and randomness costs more than the call.
 */
export function newCorrelationId(): string {
  next = (next + 1) >>> 0;
  return ofThisProcess + next.toString(16).padStart(8, '0');
}
