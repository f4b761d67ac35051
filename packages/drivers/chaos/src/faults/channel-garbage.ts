import { closeSync, writeSync } from 'node:fs';
import { serialize } from 'node:v8';

/**
 * Deliberately behind the back of the Host: straight to the descriptor of the channel, as a native library gone wild would write.
 * The layout of a frame is repeated here on purpose, since a driver knows nothing of the channel; a test holds the two together.
 */
const channelFd = 3;

/** u32 little-endian length, kind (0: control), two marker bytes, zero. */
function header(length: number): Buffer {
  const bytes = Buffer.of(0, 0, 0, 0, 0, 0x46, 0x57, 0);
  bytes.writeUInt32LE(length, 0);
  return bytes;
}

const gibibyte = 1_073_741_824;

export function writeNoise(): void {
  writeSync(channelFd, Buffer.alloc(64, 0xff));
}

/** A header that announces 1 GiB. */
export function writeOversize(): void {
  writeSync(channelFd, header(gibibyte));
}

/** Half a frame, then the end of the stream; the process lives on without its channel. */
export function cutChannel(): void {
  writeSync(channelFd, Buffer.concat([header(64), Buffer.alloc(32)]));
  closeSync(channelFd);
}

/** The very first call of a Supervisor was answered long ago. */
const answeredCall = 1;

export function answerTwice(): void {
  const payload = serialize({ type: 'result', call: answeredCall, value: undefined });
  writeSync(channelFd, Buffer.concat([header(payload.length), payload]));
}
