import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { UaBytes, nodeIdLength } from './ua-bytes.js';
import { activateSession, createSession, type UaRequest } from './ua-requests.js';

const policyNone = 'http://opcfoundation.org/UA/SecurityPolicy#None';

/** Of a request header without an authentication token, and of one with the token of a session. */
const noToken = Buffer.from([0, 0]);

/** A chunk carries so much of a message; the server's receive buffer is larger. */
const chunkBytes = 60_000;

/** An OPC UA client over policy None without manners: it need not wait for answers, nor read them. No library keeps it from anything. */
export class HostileClient implements Disposable {
  readonly #socket: Socket;
  readonly #url: string;
  readonly #answers: ((message: Buffer) => void)[] = [];
  #received = Buffer.alloc(0);
  #message = Buffer.alloc(0);
  #channel = Buffer.alloc(8);
  #token = noToken;
  #sequence = 0;
  /** Whole messages that came, faults included. */
  answered = 0;
  /** Why the server ended the connection, if it said so. */
  error: { readonly code: number; readonly reason: string } | undefined;
  /** Called with each of them. */
  onAnswer: () => void = () => undefined;

  private constructor(port: number) {
    this.#url = `opc.tcp://127.0.0.1:${port}/fieldwarden`;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#socket.on('error', () => undefined); // `close` follows
    this.#socket.once('close', () => this.#answers.splice(0).forEach((answer) => answer(Buffer.alloc(0))));
  }

  /** Up to an open channel; rejects when the server is not there or does not want it. */
  static async connect(port: number): Promise<HostileClient> {
    const client = new HostileClient(port);
    await client.#open();
    return client;
  }

  /** The same with a session of nobody, which lives for `timeoutMs` without a word. */
  static async withSession(port: number, timeoutMs = 60_000, applicationUri?: string): Promise<HostileClient> {
    const client = await HostileClient.connect(port);
    const created = await client.ask(createSession(client.#url, timeoutMs, applicationUri));
    const sessionId = responseBodyAt;
    const token = sessionId + nodeIdLength(created, sessionId);
    client.#token = Buffer.from(created.subarray(token, token + nodeIdLength(created, token)));
    await client.ask(activateSession());
    return client;
  }

  get isConnected(): boolean {
    return !this.#socket.destroyed;
  }

  /** Bytes that the server's side has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Sends and goes on. */
  send({ typeId, body }: UaRequest): void {
    const header = new UaBytes().nodeId({ namespace: 0, id: typeId }).raw(this.#token).noTime();
    header
      .uint32(this.#sequence)
      .uint32(0)
      .text(null)
      .uint32(0)
      .raw(Buffer.from([0, 0, 0]));
    const whole = Buffer.concat([header.bytes, body]);
    const requestId = this.#sequence + 1;
    for (let at = 0; at < whole.length; at += chunkBytes) {
      const isLast = at + chunkBytes >= whole.length;
      this.#chunk(isLast ? 'MSGF' : 'MSGC', this.#channel, requestId, whole.subarray(at, at + chunkBytes));
    }
  }

  /** A chunk of so many bytes of a message that never ends. */
  sendUnfinished(bytes: number): void {
    this.#chunk('MSGC', this.#channel, 1, Buffer.alloc(bytes));
  }

  /** Resolves when the connection has ended. */
  async ended(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** The next message that comes, from its type on. Rejects for a fault and when the connection ends. */
  async ask(request: UaRequest): Promise<Buffer> {
    this.send(request);
    return await this.#answer();
  }

  /** Subscription identifier and such: the first number of an answer. */
  static firstNumber(answer: Buffer): number {
    return answer.readUInt32LE(responseBodyAt);
  }

  /** From now on the server's answers stay where they are. */
  stopReading(): void {
    this.#socket.pause();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #open(): Promise<void> {
    const limits = new UaBytes().uint32(0).uint32(65_536).uint32(65_536).uint32(0).uint32(0);
    this.#frame('HELF', limits.text(this.#url).bytes);
    await this.#acknowledged();
    const security = new UaBytes().uint32(0).text(policyNone).text(null).text(null).bytes;
    const request = new UaBytes().nodeId({ namespace: 0, id: 446 }).raw(noToken).noTime();
    request
      .uint32(0)
      .uint32(0)
      .text(null)
      .uint32(0)
      .raw(Buffer.from([0, 0, 0]));
    request.uint32(0).uint32(0).uint32(1).text(null).uint32(3_600_000);
    this.#chunk('OPNF', security, 1, request.bytes);
    const opened = await this.#answer();
    this.#channel = Buffer.from(opened.subarray(responseBodyAt + 4, responseBodyAt + 12));
  }

  #acknowledged(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answers.push((frame) => (frame.length === 0 ? reject(ended()) : resolve()));
    });
  }

  #answer(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#answers.push((message) => {
        if (message.length === 0) reject(ended());
        else if (message.readUInt32LE(serviceResultAt) === 0) resolve(message);
        else reject(new Error(`refused with 0x${message.readUInt32LE(serviceResultAt).toString(16)}`));
      });
    });
  }

  #chunk(type: string, security: Buffer, requestId: number, part: Buffer): void {
    this.#sequence += 1;
    this.#frame(type, new UaBytes().raw(security).uint32(this.#sequence).uint32(requestId).raw(part).bytes);
  }

  #frame(type: string, content: Buffer): void {
    const header = Buffer.from(`${type}....`);
    header.writeUInt32LE(8 + content.length, 4);
    this.#socket.write(Buffer.concat([header, content]));
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 8) {
      const length = this.#received.readUInt32LE(4);
      if (this.#received.length < length) return;
      this.#take(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
    }
  }

  #take(frame: Buffer): void {
    const type = frame.toString('latin1', 0, 4);
    if (type === 'ACKF') return this.#answers.shift()?.(frame);
    if (type.startsWith('ERR')) {
      this.error = { code: frame.readUInt32LE(8), reason: frame.toString('utf8', 16) };
      return void this.#socket.destroy();
    }
    this.#message = Buffer.concat([this.#message, frame.subarray(contentAt(frame, type))]);
    if (type[3] === 'C') return;
    const message = this.#message;
    this.#message = Buffer.alloc(0);
    this.answered += 1;
    this.#answers.shift()?.(message);
    this.onAnswer();
  }
}

function ended(): Error {
  return new Error('the connection ended');
}

/** Type (4 bytes), time, handle: then the result, as responses are told by four bytes and without diagnostics. */
const serviceResultAt = 4 + 8 + 4;

/** Result, no diagnostics, no strings, no additional header. */
const responseBodyAt = serviceResultAt + 4 + 1 + 4 + 3;

/** Past the sequence header. */
function contentAt(frame: Buffer, type: string): number {
  if (!type.startsWith('OPN')) return 24;
  let at = 12;
  for (let field = 0; field < 3; field += 1) at += 4 + Math.max(0, frame.readInt32LE(at));
  return at + 8;
}
