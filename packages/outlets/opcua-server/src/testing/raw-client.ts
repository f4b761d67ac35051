import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  ActivateSessionRequest,
  ActivateSessionResponse,
  AnonymousIdentityToken,
  BinaryStream,
  CreateSessionRequest,
  CreateSessionResponse,
  decodeExpandedNodeId,
  encodeExpandedNodeId,
  MessageSecurityMode,
  NodeId,
  OpenSecureChannelRequest,
  OpenSecureChannelResponse,
  SecurityTokenRequestType,
  ServiceFault,
  type ExpandedNodeId,
} from 'node-opcua';

/** A structure of the library, as far as it goes over the wire. */
interface Encodable {
  readonly schema: { readonly encodingDefaultBinary?: ExpandedNodeId };
  binaryStoreSize(): number;
  encode(stream: BinaryStream): void;
}

interface Request extends Encodable {
  readonly requestHeader: { authenticationToken: NodeId; requestHandle: number };
}

type Response<T> = new () => T & { decode(stream: BinaryStream): void };

export interface OpenOptions {
  readonly requestType?: number;
  readonly securityMode?: number;
  readonly securityPolicyUri?: string;
  /** In place of an OpenSecureChannelRequest. */
  readonly body?: Buffer;
}

const policyNone = 'http://opcfoundation.org/UA/SecurityPolicy#None';
const serviceFaultId = 397;
const headerBytes = 8;

/**
 * An OPC UA client over policy None that sends what it is told to, also what no library would: bytes may be changed between the encoding and
 * the socket. The structures are the library's, the channel is not.
 */
export class RawClient implements Disposable {
  readonly #socket: Socket;
  readonly #url: string;
  readonly #waiting: { resolve: (frame: Buffer) => void; reject: (error: Error) => void }[] = [];
  #received = Buffer.alloc(0);
  #message: Buffer[] = [];
  channelId = 0;
  #tokenId = 0;
  #token = new NodeId();
  sequenceNumber = 0;
  #requestId = 0;
  /** Why the server ended the connection, if it said so. */
  error: { readonly status: number; readonly reason: string } | undefined;

  private constructor(port: number) {
    this.#url = `opc.tcp://127.0.0.1:${port}/fieldwarden`;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (data: Buffer) => this.#read(data));
    this.#socket.on('error', () => undefined); // `close` follows
    this.#socket.once('close', () => this.#end());
  }

  /** Has said Hello; no channel is open yet. */
  static async hello(port: number): Promise<RawClient> {
    const client = new RawClient(port);
    const url = Buffer.from(client.#url);
    const content = Buffer.alloc(24 + url.length);
    [0, 65_536, 65_536, 0, 0, url.length].forEach((word, i) => content.writeUInt32LE(word, 4 * i));
    url.copy(content, 24);
    client.#frame('HELF', content);
    await client.#next();
    return client;
  }

  static async connect(port: number): Promise<RawClient> {
    const client = await RawClient.hello(port);
    await client.open();
    return client;
  }

  /** With a session of nobody. */
  static async withSession(port: number): Promise<RawClient> {
    const client = await RawClient.connect(port);
    const wanted = new CreateSessionRequest({
      endpointUrl: client.#url,
      clientDescription: { applicationUri: 'urn:raw' },
      sessionName: 'raw',
      clientNonce: randomBytes(32),
      requestedSessionTimeout: 60_000,
    });
    const created = await client.ask(wanted, CreateSessionResponse);
    client.#token = created.authenticationToken;
    const policyId = created.serverEndpoints?.[0].userIdentityTokens?.[0].policyId ?? null;
    const userIdentityToken = new AnonymousIdentityToken({ policyId });
    await client.ask(new ActivateSessionRequest({ userIdentityToken }), ActivateSessionResponse);
    return client;
  }

  /** Rejects when the server ends the connection; then `error` says why. */
  async open({ requestType, securityMode, securityPolicyUri, body }: OpenOptions = {}): Promise<void> {
    const request = new OpenSecureChannelRequest({ requestedLifetime: 600_000 });
    // Numbers that the enumerations do not have can not be given to the constructor.
    Object.assign(request, {
      requestType: requestType ?? SecurityTokenRequestType.Issue,
      securityMode: securityMode ?? MessageSecurityMode.None,
    });
    const policy = Buffer.from(securityPolicyUri ?? policyNone);
    const security = Buffer.alloc(4 + 4 + policy.length + 8, 0xff);
    security.writeUInt32LE(this.channelId, 0);
    security.writeUInt32LE(policy.length, 4);
    policy.copy(security, 8);
    this.#chunk('OPNF', security, body ?? encoded(request));
    const opened = decoded(await this.#next(), OpenSecureChannelResponse);
    this.channelId = opened.securityToken.channelId;
    this.#tokenId = opened.securityToken.tokenId;
  }

  /** `change`: of the encoded request. Rejects with the status of a fault, as a text. */
  async ask<T>(request: Request, response: Response<T>, change = (bytes: Buffer): Buffer => bytes): Promise<T> {
    this.send(request, change);
    return decoded(await this.#next(), response);
  }

  /** Sends and goes on; `answer` waits. */
  send(request: Request, change = (bytes: Buffer): Buffer => bytes): void {
    request.requestHeader.authenticationToken = this.#token;
    this.sendBody(change(encoded(request)));
  }

  async answer<T>(response: Response<T>): Promise<T> {
    return decoded(await this.#next(), response);
  }

  sendBody(body: Buffer, tokenId = this.#tokenId): void {
    const security = Buffer.alloc(8);
    security.writeUInt32LE(this.channelId, 0);
    security.writeUInt32LE(tokenId, 4);
    this.#chunk('MSGF', security, body);
  }

  async ended(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #chunk(type: string, security: Buffer, body: Buffer): void {
    const sequence = Buffer.alloc(8);
    sequence.writeUInt32LE((this.sequenceNumber += 1), 0);
    sequence.writeUInt32LE((this.#requestId += 1), 4);
    this.#frame(type, Buffer.concat([security, sequence, body]));
  }

  #frame(type: string, content: Buffer): void {
    const header = Buffer.alloc(headerBytes);
    header.write(type, 'latin1');
    header.writeUInt32LE(headerBytes + content.length, 4);
    this.#socket.write(Buffer.concat([header, content]));
  }

  #next(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#socket.closed) this.#end();
    });
  }

  #read(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    while (this.#received.length >= headerBytes) {
      const length = this.#received.readUInt32LE(4);
      if (this.#received.length < length) return;
      this.#take(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
    }
  }

  #take(frame: Buffer): void {
    const type = frame.toString('latin1', 0, 3);
    if (type === 'ERR') {
      this.error = { status: frame.readUInt32LE(8), reason: frame.toString('utf8', 16) };
      return;
    }
    this.#message.push(type === 'ACK' ? frame : frame.subarray(contentAt(frame, type)));
    if (frame[3] === 'C'.charCodeAt(0)) return;
    const message = Buffer.concat(this.#message.splice(0));
    this.#waiting.shift()?.resolve(message);
  }

  #end(): void {
    const why = this.error ? `: 0x${this.error.status.toString(16)} ${this.error.reason}` : '';
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(`the connection ended${why}`));
  }
}

/** Past the sequence header. */
function contentAt(frame: Buffer, type: string): number {
  if (type !== 'OPN') return 24;
  let at = 12;
  for (let field = 0; field < 3; field += 1) at += 4 + Math.max(0, frame.readInt32LE(at));
  return at + 8;
}

function encoded(request: Encodable): Buffer {
  const stream = new BinaryStream(request.binaryStoreSize() + 64);
  encodeExpandedNodeId(request.schema.encodingDefaultBinary!, stream);
  request.encode(stream);
  return stream.buffer.subarray(0, stream.length);
}

function decoded<T>(message: Buffer, response: Response<T>): T {
  const stream = new BinaryStream(message);
  const { value } = decodeExpandedNodeId(stream);
  const isFault = value === serviceFaultId;
  const answer = new (isFault ? ServiceFault : response)() as T & { decode(stream: BinaryStream): void };
  answer.decode(stream);
  if (isFault) throw new Error((answer as unknown as ServiceFault).responseHeader.serviceResult.name);
  return answer;
}
