import type { Duplex } from 'node:stream';

/** Writes of one turn are gathered up to so many bytes; a longer one goes by itself. */
const gatheredBytes = 64 * 1024;

/**
 * Makes one write of the many small ones in which the library hands a packet over (seven a PUBLISH), and of all packets of one turn: a system call for
 * each would cost more than everything else. Takes the place of `cork`, `uncork` and `write` of this stream.
 */
export function gatherWrites(stream: Duplex): void {
  const write = stream.write.bind(stream) as (chunk: Buffer) => boolean;
  const gathered = Buffer.allocUnsafe(gatheredBytes);
  let length = 0;
  let corks = 0;
  const flush = (): boolean => {
    if (length === 0) return true;
    const whole = Buffer.from(gathered.subarray(0, length));
    length = 0;
    return write(whole);
  };
  stream.cork = () => void (corks += 1);
  stream.uncork = () => {
    corks = Math.max(0, corks - 1);
    if (corks === 0 && stream.writable) flush();
  };
  stream.write = (chunk: string | Uint8Array): boolean => {
    const bytes = typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
    if (length + bytes > gatheredBytes) flush();
    if (corks === 0 || bytes > gatheredBytes) {
      flush();
      return write(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, bytes));
    }
    if (typeof chunk === 'string') gathered.write(chunk, length);
    else gathered.set(chunk, length);
    length += bytes;
    return !stream.writableNeedDrain;
  };
}
