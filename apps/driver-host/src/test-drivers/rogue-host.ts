import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { encodeFrame, FrameDecoder, frameHeaderBytes, frameKinds, maxFrameBytes } from '@fieldwarden/channel';

// A Host that was written by somebody who did not read the protocol, or hates it. Runs in place of the real one; `options` of
// its driver say what it does wrong: `{ fault: 'second-ready' }`. Faults that need a call happen at a write.

interface Message {
  readonly type: string;
  readonly call?: number;
  readonly sequence?: number;
  readonly options?: { readonly fault: string; readonly cuts?: readonly number[] };
  readonly spawn?: number;
}

const channel = new Socket({ fd: 3, readable: true, writable: true });
const members = ['prepareRead', 'read', 'write', 'probe'];
const ready = frame({ type: 'ready', members, callCredits: 256 });
let fault = '';

const onInit: Readonly<Record<string, (init: Message) => void>> = {
  'never-ready': () => undefined,
  'cut-and-exit': ({ options, spawn: number }) => {
    channel.write(ready.subarray(0, options!.cuts![(number! - 1) % options!.cuts!.length]), () => process.exit(0));
  },
  'cut-and-stay': () => channel.write(ready.subarray(0, ready.length - 1)),
  'second-ready': () => channel.write(Buffer.concat([ready, ready])),
  'values-before-ready': () => channel.write(encodeFrame(frameKinds.readResult, Buffer.alloc(32))),
  'answer-before-ready': () => send({ type: 'result', call: 1, value: undefined }),
  'exit-55': () => process.exit(55),
  'ignore-everything': () => {
    process.on('SIGTERM', () => undefined);
    channel.write(ready);
  },
};

const onWrite: Readonly<Record<string, (call: number) => void>> = {
  garbage: () => channel.write(Buffer.alloc(64, 0xff)),
  'oversized-frame': () => channel.write(oversizedHeader()),
  'answer-twice': (call) => {
    answer(call);
    answer(call);
  },
  'answer-late': (call) => void setTimeout(() => answer(call), 300),
  'unknown-message': () => send({ type: 'surprise' }),
  'message-of-the-other-side': () => send({ type: 'stop' }),
  'result-of-wrong-shape': (call) => send({ type: 'result', call, value: 'certainly' }),
  'values-for-a-write': (call) => {
    const header = Buffer.alloc(32);
    header.writeUInt32LE(call, 0);
    channel.write(encodeFrame(frameKinds.readResult, header));
  },
  grandchild: (call) => leaveBehind(call, false),
  'detached-grandchild': (call) => leaveBehind(call, true),
};

function frame(message: object): Uint8Array {
  return encodeFrame(frameKinds.control, serialize(message));
}

function send(message: object): void {
  channel.write(frame(message));
}

function answer(call: number): void {
  send({ type: 'result', call, value: [{ outcome: 'done', status: 0 }] });
}

/** Says the length of the largest frame, and one more. */
function oversizedHeader(): Uint8Array {
  const header = Buffer.from(encodeFrame(frameKinds.control, Buffer.alloc(1)).subarray(0, frameHeaderBytes));
  header.writeUInt32LE(maxFrameBytes + 1, 0);
  return header;
}

/** A process that holds stdout open after this one has gone. Its pid stands in the log. */
function leaveBehind(call: number, detached: boolean): void {
  const child = spawn('sleep', ['600'], { detached, stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`left ${child.pid}`);
  answer(call);
}

function receive(message: Message): void {
  switch (message.type) {
    case 'init':
      fault = message.options!.fault;
      return (onInit[fault] ?? (() => channel.write(ready)))(message);
    case 'request':
      return (onWrite[fault] ?? answer)(message.call!);
    case 'ping':
      return pong(message.sequence!);
    case 'drain':
      return fault === 'ignore-everything' ? undefined : send({ type: 'drained' });
    case 'stop':
      return fault === 'ignore-everything' ? undefined : process.exit(0);
  }
}

function pong(sequence: number): void {
  const counters = {
    pendingCalls: 0,
    progress: 0,
    conflatedValues: 0,
    droppedLogs: 0,
    lostAlarms: 0,
    footprintBytes: undefined,
  };
  const vitals = { loopLagMs: 0, heapUsedBytes: 1, rssBytes: 1, privateBytes: 1, cpuMs: 1, inspectorOpen: false };
  send({ type: 'pong', sequence, ...counters, ...vitals });
}

const decoder = new FrameDecoder((_kind, payload) => receive(deserialize(payload) as Message));
channel.on('data', (chunk) => decoder.push(chunk));
channel.on('close', () => process.exit(0));
send({ type: 'hello', protocol: 1, pid: process.pid });
