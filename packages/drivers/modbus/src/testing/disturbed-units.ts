import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { disturbances, framed, type Disturbed, type Framing, type Random } from './disturbances.js';

/** An answer that is kept back longer than this never comes: less than the driver waits before it believes that. */
const latestMs = 500;

/** What a unit holds at an address: different for every unit, area and position. */
export function patternAt(unitId: number, functionCode: number, address: number): number {
  return (Math.imul(address + 7, 0x9e37_79b1) ^ Math.imul(unitId * 8 + functionCode, 0x85eb_ca6b)) >>> 16;
}

const trailLength = 24;

interface LateReply {
  readonly frame: Buffer;
  readonly atMs: number;
}

/**
 * Any number of units on one port, answering functions 3, 4 and 16 from a pattern, most answers disturbed. A late answer goes out
 * before the next one of that unit, over whatever connection that comes: serial device servers do so.
 */
export class DisturbedUnits implements AsyncDisposable {
  /** How often each disturbance was sent. */
  readonly counts = new Map<string, number>();
  disturbed = 0;
  /** How often each value was written, by what was written. */
  readonly written = new Map<number, number>();
  readonly #framing: Framing;
  readonly #random: Random;
  readonly #kinds: readonly string[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #late = new Map<number, LateReply[]>();
  readonly #trails = new Map<number, string[]>();

  private constructor(framing: Framing, random: Random) {
    this.#framing = framing;
    this.#random = random;
    this.#kinds = Object.keys(disturbances[framing]);
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  static async listen(framing: Framing, random: Random): Promise<DisturbedUnits> {
    const units = new DisturbedUnits(framing, random);
    units.#server.listen(0, '127.0.0.1');
    await once(units.#server, 'listening');
    return units;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The last requests to a unit and what became of their answers, for whoever looks into a failure. */
  trailOf(unitId: number): string {
    return (this.#trails.get(unitId) ?? []).join(' | ');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    // a request is one segment: there is one at a time
    socket.on('data', (chunk: Buffer) => this.#answer(socket, chunk));
  }

  #answer(socket: Socket, request: Buffer): void {
    const isTcp = this.#framing === 'tcp';
    const transactionId = isTcp ? request.readUInt16BE(0) : 0;
    const asked = isTcp ? request.subarray(6) : request.subarray(0, -2);
    this.#note(asked[0], asked.toString('hex', 1, 6));
    const adu = this.#carryOut(asked);
    const frame = (other: Buffer): Buffer => framed(this.#framing, transactionId, other);
    const disturbed: Disturbed = this.#random() < 0.15 ? { segments: [frame(adu)] } : this.#disturb({ adu, frame });
    if (disturbed.late) return this.#keep(adu[0], disturbed.segments[0]);
    const late = this.#takeLate(adu[0]);
    if (late.length > 0) this.#note(adu[0], `with ${late.length} late`);
    const segments =
      late.length > 0 && this.#random() < 0.5
        ? [Buffer.concat([...late, disturbed.segments[0]]), ...disturbed.segments.slice(1)]
        : [...late, ...disturbed.segments];
    send(socket, segments, disturbed.cut);
  }

  #disturb(reply: { adu: Buffer; frame: (adu: Buffer) => Buffer }): Disturbed {
    const [unitId] = reply.adu;
    const kind = this.#kinds[Math.floor(this.#random() * this.#kinds.length)];
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.disturbed++;
    this.#note(unitId, kind);
    return disturbances[this.#framing][kind](reply, this.#random);
  }

  #note(unitId: number, what: string): void {
    const trail = this.#trails.get(unitId) ?? [];
    trail.push(`${Math.round(performance.now())}: ${what}`);
    this.#trails.set(unitId, trail.slice(-trailLength));
  }

  #carryOut(adu: Buffer): Buffer {
    const [unitId, functionCode] = adu;
    const [start, count] = [adu.readUInt16BE(2), adu.readUInt16BE(4)];
    if (functionCode === 16) {
      const value = adu.readUInt32BE(7);
      this.written.set(value, (this.written.get(value) ?? 0) + 1);
      return Buffer.from(adu.subarray(0, 6));
    }
    if (functionCode !== 3 && functionCode !== 4) return Buffer.of(unitId, functionCode | 0x80, 1);
    const reply = Buffer.alloc(3 + 2 * count);
    reply.set([unitId, functionCode, 2 * count]);
    for (let i = 0; i < count; i++) reply.writeUInt16BE(patternAt(unitId, functionCode, start + i), 3 + 2 * i);
    return reply;
  }

  #keep(unitId: number, frame: Buffer): void {
    const late = this.#late.get(unitId) ?? [];
    late.push({ frame, atMs: performance.now() });
    this.#late.set(unitId, late);
  }

  #takeLate(unitId: number): Buffer[] {
    const late = this.#late.get(unitId) ?? [];
    this.#late.delete(unitId);
    const oldestMs = performance.now() - latestMs;
    return late.filter(({ atMs }) => atMs >= oldestMs).map(({ frame }) => frame);
  }
}

/** One segment after the other: with Nagle's algorithm off, and after a turn of the event loop in which a reader of this process has its turn. */
function send(socket: Socket, [first, ...rest]: readonly Buffer[], cut?: true): void {
  if (socket.destroyed) return;
  if (first?.length > 0) socket.write(first);
  if (rest.length > 0) setImmediate(() => setImmediate(() => send(socket, rest, cut)));
  else if (cut) socket.end(() => socket.resetAndDestroy());
}
