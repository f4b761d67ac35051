import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { SpareProcess, type ProcessListener, type SpareChild } from './spare-process.js';

/** No pid of Linux is so high. */
const firstPid = 100_000_000;

class FakeSpare implements SpareChild {
  readonly pid: number;
  readonly transport = { send: () => true, receive: () => undefined };
  readonly signals: NodeJS.Signals[] = [];
  listener: ProcessListener;
  greet: () => void = () => undefined;

  constructor(number: number, listener: ProcessListener) {
    this.pid = firstPid + number;
    this.listener = listener;
  }

  whenGreeted(greeted: () => void): void {
    this.greet = greeted;
  }

  adopt(listener: ProcessListener): void {
    this.listener = listener;
  }

  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
  }

  captureStack(): void {
    return undefined;
  }
}

class Scene {
  readonly clock = new FakeClock();
  readonly logger = collectingLogger();
  readonly children: FakeSpare[] = [];
  readonly registered = new Set<number>();
  isIdle = true;
  refusal: Error | undefined;
  readonly spare = new SpareProcess({
    launch: (listener) => {
      if (this.refusal) throw this.refusal;
      const child = new FakeSpare(this.children.length + 1, listener);
      this.children.push(child);
      return child;
    },
    isIdle: () => this.isIdle,
    spawned: (pid) => void this.registered.add(pid),
    gone: (pid) => void this.registered.delete(pid),
    clock: this.clock,
    logger: this.logger,
  });

  get latest(): FakeSpare {
    return this.children.at(-1)!;
  }

  /** It is there and waits. */
  async warm(): Promise<this> {
    this.spare.want(true);
    await this.clock.advance(100);
    this.latest.greet();
    return this;
  }
}

const owner = (): ProcessListener & { readonly heard: string[] } => {
  const heard: string[] = [];
  return { heard, onLine: (_, line) => void heard.push(line), onExit: (code) => void heard.push(`exit ${code}`) };
};

describe('the spare process (§4.4)', () => {
  it('is there only while somebody wants it', async () => {
    const { spare, clock, children, registered } = new Scene();
    await clock.advance(10_000);
    expect([children.length, spare.snapshot]).toEqual([0, undefined]);
    spare.want(true);
    await clock.advance(100);
    expect([children.length, spare.snapshot?.pid, registered.size]).toEqual([1, children[0].pid, 1]);
    spare.want(false);
    children[0].listener.onExit(null, 'SIGKILL');
    await clock.advance(100_000);
    expect([children[0].signals, children.length, registered.size]).toEqual([['SIGKILL'], 1, 0]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets Hosts that start go first', async () => {
    const scene = new Scene();
    scene.isIdle = false;
    scene.spare.want(true);
    await scene.clock.advance(5_000);
    expect(scene.children).toHaveLength(0);
    scene.isIdle = true;
    await scene.clock.advance(100);
    expect(scene.children).toHaveLength(1);
  });

  it('belongs to who takes it, with all that it says from then on, and is replaced', async () => {
    const { spare, clock, children, registered } = await new Scene().warm();
    const host = owner();
    expect(spare.take(host)).toBe(children[0]);
    children[0].listener.onLine('stdout', 'hello');
    children[0].listener.onExit(1, null);
    expect(host.heard).toEqual(['hello', 'exit 1']);
    expect([registered.has(children[0].pid), spare.snapshot, spare.take(host)]).toEqual([true, undefined, undefined]);
    await clock.advance(100);
    expect(spare.snapshot?.pid).toBe(children[1].pid);
  });

  it('is not given away before it waits for its driver', async () => {
    const { spare, clock, children } = new Scene();
    spare.want(true);
    await clock.advance(100);
    expect(spare.take(owner())).toBeUndefined();
    children[0].greet();
    expect(spare.take(owner())).toBe(children[0]);
  });

  it('that does not come to wait within 30 s is killed', async () => {
    const { spare, clock, children } = new Scene();
    spare.want(true);
    await clock.advance(30_099);
    expect(children[0].signals).toEqual([]);
    await clock.advance(1);
    expect(children[0].signals).toEqual(['SIGKILL']);
  });

  it('that dies is replaced after pauses that double up to a minute, until one is taken', async () => {
    const scene = await new Scene().warm();
    const { clock, children, spare } = scene;
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      const before = children.length;
      scene.latest.listener.onExit(null, 'SIGKILL');
      expect(spare.snapshot).toBeUndefined();
      await clock.advance(pauseMs - 1);
      expect(children).toHaveLength(before);
      await clock.advance(1);
      expect(children).toHaveLength(before + 1);
    }
    scene.latest.greet();
    expect(spare.take(owner())).toBe(scene.latest);
    await clock.advance(100);
    scene.latest.listener.onExit(1, null);
    await clock.advance(1_000);
    expect(spare.snapshot?.pid).toBe(scene.latest.pid);
  });

  it('that the system refuses is asked for again after a pause', async () => {
    const scene = new Scene();
    scene.refusal = new Error('EAGAIN');
    scene.spare.want(true);
    await scene.clock.advance(100);
    scene.refusal = undefined;
    await scene.clock.advance(999);
    expect(scene.children).toHaveLength(0);
    await scene.clock.advance(1);
    expect(scene.children).toHaveLength(1);
  });

  it('ends with its Supervisor, which waits for that', async () => {
    const { spare, clock, children } = await new Scene().warm();
    let closed = false;
    const closing = spare.close().then(() => (closed = true));
    await clock.advance(0);
    expect([closed, children[0].signals]).toEqual([false, ['SIGKILL']]);
    children[0].listener.onExit(null, 'SIGKILL');
    await closing;
    expect([spare.take(owner()), clock.pendingTimers]).toEqual([undefined, 0]);
  });
});
