import { array, assert, integer, property, uint8Array } from 'fast-check';
import { StatusCodes } from 'node-opcua';
import { describe, expect, test } from 'vitest';
import { errorFrame, FrameReader, Refusal } from './frame-reader.js';

function frame(type: string, content: Uint8Array): Buffer {
  const header = Buffer.from(`${type}....`);
  header.writeUInt32LE(8 + content.length, 4);
  return Buffer.concat([header, content]);
}

const hello = frame('HELF', new Uint8Array(32));

function statusOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Refusal).status.name;
  }
  return 'nothing refused';
}

describe('a frame reader', () => {
  test('gives the same chunks however the bytes come', () => {
    assert(
      property(
        array(uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
        integer({ min: 1, max: 50 }),
        (contents, step) => {
          const frames = [hello, ...contents.map((content, i) => frame(i % 2 ? 'MSGC' : 'MSGF', content))];
          const bytes = Buffer.concat(frames);
          const reader = new FrameReader();
          const read: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += step) {
            for (const one of reader.read(bytes.subarray(at, at + step))) read.push(one.bytes);
          }
          expect(read).toEqual(frames);
          expect(reader.unfinishedBytes).toBe(0);
        },
      ),
    );
  });

  test('counts what has begun and not ended', () => {
    const reader = new FrameReader();
    expect([...reader.read(hello.subarray(0, 5))]).toEqual([]);
    expect(reader.unfinishedBytes).toBe(5);
    expect([...reader.read(hello.subarray(5, 20))]).toEqual([]);
    expect(reader.unfinishedBytes).toBe(20);
  });

  test('refuses what can not be a chunk', () => {
    const read = (...frames: Buffer[]) => statusOf(() => [...new FrameReader().read(Buffer.concat(frames))]);
    expect(read(Buffer.from('GET / HTTP/1.1\r\n'))).toBe('BadTcpMessageTypeInvalid');
    expect(read(frame('HELF', new Uint8Array(5_000)))).toBe('BadTcpMessageTooLarge');
    expect(read(hello, frame('MSGF', new Uint8Array(65_536)))).toBe('BadTcpMessageTooLarge');
    expect(read(hello, frame('MSGX', new Uint8Array(10)))).toBe('BadTcpMessageTypeInvalid');
    expect(read(hello, frame('MSGF', new Uint8Array(0)))).toBe('BadDecodingError');
  });

  test('and an ERR message says why', () => {
    const error = errorFrame(new Refusal(StatusCodes.BadTimeout, 'too late'));
    expect(error.toString('latin1', 0, 4)).toBe('ERRF');
    expect([error.readUInt32LE(4), error.readUInt32LE(8), error.toString('utf8', 16)]).toEqual([
      error.length,
      0x800a_0000,
      'too late',
    ]);
  });
});
