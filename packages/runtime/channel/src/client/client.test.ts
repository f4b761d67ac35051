import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GatewayError, silentLogger, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import { FakeClock, testCall, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { encodeControl } from '../wire/control-codec.js';
import { encodeFrame, FrameDecoder, frameKinds } from '../wire/frames.js';
import { decodeSupervisorMessage } from '../wire/control-codec.js';
import { MemoryTransport } from '../wire/memory-transport.js';
import { HostClient } from './client.js';
import { protocolVersion, type PongMessage, type SupervisorMessage } from '../messages.js';
import { connectClient, echoInit, echoProcess } from '../testing/connect-client.js';
import { startMemoryHost } from '../testing/memory-host.js';
import { noVitals } from '../testing/no-vitals.js';

const gone = new GatewayError({ code: 'GONE', kind: 'host-lost', message: 'killed' });

const points: Point[] = [{ path: 'p', address: 'number:5', type: { scalar: 'float64' } }];

const items = [{ point: points[0], value: 1 }];

async function readOne(
  session: DriverSession,
  plan: ReturnType<NonNullable<DriverSession['prepareRead']>>,
): Promise<number> {
  const into = new ValueColumns(1);
  await session.read!(plan, into, testCall());
  return into.values[0];
}

describe('when the Host is lost (§4.3)', () => {
  it('every pending call rejects in the same tick, the write that left with outcome unknown', async () => {
    const host = startMemoryHost();
    const { session, client } = await connectClient(host.transport);
    const kinds: string[] = [];
    const calls = [session.write!('slow', items, testCall()), session.probe!('slow', testCall())].map((call) =>
      call.catch((error: unknown) => void kinds.push((error as GatewayError).kind)),
    );
    const write = session.write!('slow', items, testCall());
    await waitFor(() => client.pendingCalls === 3, { what: 'calls under way' });
    host.transport.close();
    expect(client.pendingCalls).toBe(0);
    await expect(write).rejects.toMatchObject({ kind: 'host-lost', writeOutcome: 'unknown' });
    await Promise.all(calls);
    expect(kinds).toEqual(['host-lost', 'host-lost']);
  });

  it('a write that never left has the outcome not-sent', async () => {
    const host = startMemoryHost({ highWaterMarkBytes: 0 });
    const { session, client } = await connectClient(host.transport);
    host.transport.hold();
    const left = session.write!('slow', items, testCall());
    const waiting = session.write!('slow', items, testCall());
    client.detach(gone);
    await expect(left).rejects.toMatchObject({ writeOutcome: 'unknown' });
    await expect(waiting).rejects.toMatchObject({ kind: 'host-lost', writeOutcome: 'not-sent' });
  });

  it('subscribers hear it at once', async () => {
    const host = startMemoryHost();
    const { session } = await connectClient(host.transport);
    const failures: string[] = [];
    await session.subscribe!(
      'device',
      points,
      { push: () => undefined, fail: ({ kind }) => void failures.push(kind) },
      testCall(),
    );
    host.transport.close();
    expect(failures).toEqual(['host-lost']);
  });

  it('new calls fail at once as not sent, until the next Host is ready', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    first.transport.close();
    const refused = { kind: 'host-lost', writeOutcome: 'not-sent' };
    await expect(observed.session.write!('device', items, testCall())).rejects.toMatchObject(refused);
    await observed.reconnect(startMemoryHost().transport);
    await expect(observed.session.write!('device', items, testCall())).resolves.toHaveLength(1);
  });
});

describe('after a respawn', () => {
  it('plans work on the new channel without being prepared again by their holder', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    const plan = observed.session.prepareRead!('device', points);
    expect(await readOne(observed.session, plan)).toBe(5);
    first.transport.close();
    const madeWhileDown = observed.session.prepareRead!('device', points);
    const second = startMemoryHost();
    await observed.reconnect(second.transport);
    expect(await readOne(observed.session, plan)).toBe(5);
    expect(await readOne(observed.session, madeWhileDown)).toBe(5);
    expect(second.session.reads).toBe(2);
  });

  it('subscriptions are renewed, ended ones are not', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    const values: number[] = [];
    const sink = {
      push: ({ columns }: { columns: ValueColumns }) => void values.push(columns.values[0]),
      fail: () => undefined,
    };
    await observed.session.subscribe!('device', points, sink, testCall());
    const ended = await observed.session.subscribe!('device', points, sink, testCall());
    await observed.session.unsubscribe!(ended, testCall());
    first.transport.close();
    const second = startMemoryHost();
    await observed.reconnect(second.transport);
    await waitFor(() => values.length === 3, { what: 'the first value from the new Host' });
    expect(second.session.sinks).toHaveLength(1);
  });

  it('the proxy is the same object, with the members that the new Host announces', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    first.transport.close();
    const second = startMemoryHost({
      present: (session) => ({ close: () => session.close(), probe: session.probe.bind(session) }),
    });
    await observed.reconnect(second.transport);
    expect(observed.client.session).toBe(observed.session);
    expect(Object.keys(observed.session).sort()).toEqual(['close', 'probe']);
  });

  it('nothing of a chunk is looked at once its owner gave the channel up', async () => {
    const host = startMemoryHost();
    const pongs: number[] = [];
    const owner = { ...recordingOwner([]), pong: ({ sequence }: { sequence: number }) => void pongs.push(sequence) };
    const client = new HostClient({ driverId: 'echo', clock: new FakeClock(), logger: silentLogger, init: echoInit });
    owner.pong = ({ sequence }) => {
      pongs.push(sequence);
      client.detach(gone);
    };
    client.attach(host.transport, echoProcess, owner);
    await waitFor(() => client.session, { what: 'ready' });
    host.hostTransport.send(Buffer.concat([encodeControl(pong(1)), encodeControl(pong(2))]));
    await waitFor(() => pongs.length > 0, { what: 'a pong' });
    expect(pongs).toEqual([1]);
  });

  it('what the old channel still delivers is ignored', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    observed.client.detach(gone);
    await observed.reconnect(startMemoryHost().transport);
    first.hostTransport.send(Buffer.from('garbage of a dying process'));
    first.transport.close();
    await expect(observed.session.probe!('device', testCall())).resolves.toBeUndefined();
    expect(observed.lost).toEqual([]);
  });
});

describe('a plan that nobody uses any more', () => {
  it('is let go in the Host, once, and is not prepared again for the next one', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    const hinted = [{ ...points[0], samplingIntervalMs: 100, deadband: 0.5 }];
    const plan = observed.session.prepareRead!('device', hinted);
    await readOne(observed.session, plan);
    observed.session.releaseRead!(plan);
    observed.session.releaseRead!(plan);
    await waitFor(() => first.session.released.length > 0, { what: 'the end of the plan' });
    expect(first.session.released).toMatchObject([{ deviceId: 'device', points: hinted }]);
    first.transport.close();
    const second = startMemoryHost();
    await observed.reconnect(second.transport);
    await expect(readOne(observed.session, plan)).rejects.toMatchObject({ kind: 'protocol' });
  });

  it('stays as long as a read of it is under way in the Host, although its caller has given up', async () => {
    const host = startMemoryHost();
    const { session } = await connectClient(host.transport);
    const plan = session.prepareRead!('slow', points);
    const read = session.read!(plan, new ValueColumns(1), testCall({ timeoutMs: 5_000 }));
    read.catch(() => undefined);
    await waitFor(() => host.session.reads === 1, { what: 'the read' });
    session.releaseRead!(plan);
    await session.probe!('device', testCall());
    expect(host.session.released).toEqual([]);
    await session.close();
    await waitFor(() => host.session.released.length === 1, { what: 'the end of the plan' });
  });

  it('of another Proxy is no concern of this one, whatever its number', async () => {
    const mine = startMemoryHost();
    const { session } = await connectClient(mine.transport);
    const foreign = (await connectClient(startMemoryHost().transport)).session.prepareRead!('device', points);
    const own = session.prepareRead!('device', points);
    session.releaseRead!(foreign);
    expect(await readOne(session, own)).toBe(5);
    expect(mine.session.released).toEqual([]);
  });
});

describe('a closed proxy', () => {
  it('settles its calls as cancelled and refuses new ones until there is another Host', async () => {
    const first = startMemoryHost();
    const observed = await connectClient(first.transport);
    const pending = observed.session.probe!('slow', testCall());
    await observed.session.close();
    await expect(pending).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(observed.session.write!('device', items, testCall())).rejects.toMatchObject({
      writeOutcome: 'not-sent',
    });
    first.transport.close();
    await observed.reconnect(startMemoryHost().transport);
    await expect(observed.session.probe!('device', testCall())).resolves.toBeUndefined();
  });
});

describe('a suspect Host (§4.2)', () => {
  it('gets no new calls, but may still answer the old ones', async () => {
    const host = startMemoryHost();
    const { session, client } = await connectClient(host.transport);
    const before = session.probe!('device', testCall());
    client.setSuspect(true);
    await expect(session.probe!('device', testCall())).rejects.toMatchObject({
      kind: 'host-lost',
      writeOutcome: 'not-sent',
    });
    await expect(before).resolves.toBeUndefined();
    client.setSuspect(false);
    await expect(session.probe!('device', testCall())).resolves.toBeUndefined();
  });
});

describe('a Host that breaks the protocol (§4.1)', () => {
  it.each([
    ['garbage', Buffer.from('not a frame at all')],
    ['a control frame that is none', encodeFrame(frameKinds.control, Buffer.from('{}'))],
    ['an answer to a call that was never made', encodeControl({ type: 'result', call: 99, value: undefined })],
    ['values for a call that was never made', encodeFrame(frameKinds.readResult, Buffer.alloc(32))],
    ['a second hello', encodeControl({ type: 'hello', protocol: 1, pid: 1 })],
  ])('by %s is lost with one protocol error, and nothing throws', async (_what, bytes) => {
    const host = startMemoryHost();
    const { session, lost } = await connectClient(host.transport);
    const pending = session.probe!('slow', testCall());
    host.hostTransport.send(bytes);
    host.hostTransport.send(bytes);
    await expect(pending).rejects.toMatchObject({ kind: 'host-lost', cause: { kind: 'protocol' } });
    expect(lost.map(({ kind }) => kind)).toEqual(['protocol']);
  });

  it('by a write result of the wrong length fails that write as unknown', async () => {
    const present = (session: DriverSession): DriverSession => ({
      close: () => session.close(),
      write: () => Promise.resolve([]),
    });
    const { session } = await connectClient(startMemoryHost({ present }).transport);
    await expect(session.write!('device', items, testCall())).rejects.toMatchObject({
      kind: 'protocol',
      writeOutcome: 'unknown',
    });
  });
});

describe('bounds', () => {
  it('more unanswered calls than credits and queue hold are refused as overloaded, not sent', async () => {
    const host = startMemoryHost();
    const limits = { maxWaitingRequests: 10, maxWaitingControls: 100 };
    const { session } = await connectClient(host.transport, { limits });
    // No answer comes, so no credit comes back while the calls time out one after the other.
    host.hostTransport.hold();
    const calls = Array.from({ length: 300 }, () => session.write!('slow', items, testCall({ timeoutMs: 200 })));
    const outcomes = await Promise.all(calls.map((call) => call.catch((error: unknown) => error as GatewayError)));
    const count = (kind: string): number => outcomes.filter((error) => (error as GatewayError).kind === kind).length;
    expect([count('overloaded'), count('timeout')]).toEqual([300 - 256 - 10, 266]);
    expect(outcomes.filter((error) => (error as GatewayError).writeOutcome === 'not-sent')).toHaveLength(44);
  });

  it('a request that does not fit a frame is refused as not sent and costs no credit', async () => {
    const { session, client, lost } = await connectClient(startMemoryHost().transport);
    const tooLarge = [{ point: points[0], value: 'x'.repeat(9_000_000) }];
    const refused = session.write!('device', tooLarge, testCall());
    await expect(refused).rejects.toMatchObject({ code: 'CHANNEL_MESSAGE_TOO_LARGE', writeOutcome: 'not-sent' });
    expect(client.pendingCalls).toBe(0);
    await expect(session.write!('device', items, testCall())).resolves.toHaveLength(1);
    expect(lost).toEqual([]);
  });
});

describe('the Host rebuilds the deadline', () => {
  it('on its own clock, from the time that was left', async () => {
    const hostClock = new FakeClock();
    hostClock.stall(1_000_000);
    let deadlineMs = 0;
    const present = (session: DriverSession): DriverSession => ({
      close: () => session.close(),
      probe: (_device, call) => Promise.resolve(void (deadlineMs = call.deadlineMs)),
    });
    const { session } = await connectClient(startMemoryHost({ present, clock: hostClock }).transport);
    await session.probe!('device', testCall({ timeoutMs: 5_000 }));
    expect(deadlineMs).toBeGreaterThan(1_004_000);
    expect(deadlineMs).toBeLessThanOrEqual(1_005_000);
  });
});

describe('the handshake', () => {
  it('ends a Host that meets another protocol version with exit code 55', async () => {
    const host = startMemoryHost();
    const decoder = new FrameDecoder(() =>
      host.transport.send(encodeControl({ ...emptyInit, protocol: protocolVersion + 1 })),
    );
    host.transport.receive({
      bytes: (chunk) => decoder.push(chunk),
      drained: () => undefined,
      closed: () => undefined,
    });
    await waitFor(() => host.exitCodes.length > 0, { what: 'the Host to exit' });
    expect([host.exitCodes[0], host.inits]).toEqual([55, []]);
  });

  it.each([
    ['config', 78],
    ['unreachable', 1],
  ] as const)('tells of an open that failed with kind %s before it exits with %i', async (kind, code) => {
    const host = startMemoryHost({ failOpen: new GatewayError({ code: 'NO', kind, message: 'cannot' }) });
    const fatals: unknown[] = [];
    const ready = connectClient(host.transport, { owner: recordingOwner(fatals) });
    ready.catch(() => undefined);
    await waitFor(() => host.exitCodes.length > 0 && fatals.length > 0, { what: 'the end of the Host' });
    expect(host.exitCodes).toEqual([code]);
    expect(fatals).toMatchObject([{ exitCode: code, error: { code: 'NO', kind } }]);
  });
});

describe('a plan that nobody holds any more', () => {
  it('is dropped in the Host', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const dropped: number[] = [];
    const [near, far] = MemoryTransport.pair();
    const decoder = new FrameDecoder((_kind, payload) => answer(far, decodeSupervisorMessage(payload), dropped));
    far.receive({ bytes: (chunk) => decoder.push(chunk), drained: () => undefined, closed: () => undefined });
    far.send(encodeControl({ type: 'hello', protocol: 1, pid: 1 }));
    const { session } = await connectClient(near);
    const kept = session.prepareRead!('device', points);
    for (let round = 0; round < 10; round += 1) session.prepareRead!('device', points);
    await waitFor(() => (collectGarbage(), dropped.length === 10), { what: 'ten dropped plans' });
    expect(kept.points).toBe(points);
    expect(dropped).not.toContain(1);
  });
});

const emptyInit = {
  type: 'init', protocol: 1, driverId: 'x', driverType: 'x', spawn: 1, entry: '', options: {}, devices: [],
  folders: { storage: '', certificates: '' }, logLevels: [], watchAfterMs: 0,
} as const; // prettier-ignore

function pong(sequence: number): PongMessage {
  const counters = {
    pendingCalls: 0,
    progress: 0,
    conflatedValues: 0,
    droppedLogs: 0,
    lostAlarms: 0,
    footprintBytes: undefined,
  };
  return { type: 'pong', sequence, ...counters, ...noVitals };
}

function answer(far: MemoryTransport, message: SupervisorMessage, dropped: number[]): void {
  if (message.type === 'init')
    far.send(encodeControl({ type: 'ready', members: ['prepareRead', 'read'], callCredits: 1 }));
  if (message.type === 'drop-plan') dropped.push(message.plan);
}

function recordingOwner(fatals: unknown[]) {
  const ignore = (): void => undefined;
  return {
    ready: ignore,
    pong: ignore,
    log: ignore,
    drained: ignore,
    lost: ignore,
    fatal: (m: unknown) => void fatals.push(m),
  };
}
