import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandLink } from '../testing/hand-link.js';
import { MemoryOutbox } from '../testing/memory-outbox.js';
import { Sender, type SenderMemory } from './sender.js';

class Stage {
  readonly outbox = new MemoryOutbox();
  readonly link = new HandLink();
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  readonly sender: Sender;

  constructor(window = 100, memory?: SenderMemory) {
    this.sender = new Sender(
      {
        outbox: this.outbox,
        link: this.link,
        clock: this.clock,
        random: () => 0.5,
        soon: (work) => work(),
        onAcknowledged: () => undefined,
        onRefused: ({ topic }, { reason }) => void this.told.push(`${reason} ${topic}`),
        onDeferred: ({ topic }) => void this.told.push(`deferred ${topic}`),
        onPoison: ({ topic }) => void this.told.push(`poison ${topic}`),
      },
      window,
      memory,
    );
  }

  send(...labels: string[]): void {
    for (const label of labels) {
      const [topic, text] = label.split('=');
      this.sender.send({ topic, payload: Buffer.from(text), qos: 1, retain: true, atMs: 0 });
    }
  }

  lose(): void {
    this.link.lose();
    this.sender.disconnected();
  }
}

const quotaExceeded = { name: 'deferred', code: 0x97 } as const;

describe('a broker whose quota is used up', () => {
  it('gets nothing for a while, then one message, and the rest in order when it takes that', async () => {
    const stage = new Stage();
    stage.sender.connected(100);
    stage.send('a=1', 'a=2', 'b=1');
    stage.link.settle(3, quotaExceeded);
    stage.send('a=3');
    expect([stage.outbox.pending.size, stage.link.open, stage.outbox.dropped.refused]).toEqual([4, [], 0]);
    await stage.clock.advance(250);
    expect(stage.link.open).toEqual(['a=1']);
    stage.link.settle(1);
    expect(stage.link.open).toEqual(['a=2', 'b=1', 'a=3']);
    stage.link.settle(3);
    expect(stage.outbox.pending.size).toBe(0);
    expect(stage.told).toEqual(['deferred a', 'deferred a', 'deferred b']);
  });

  it('is waited for twice as long each time', async () => {
    const stage = new Stage();
    stage.sender.connected(100);
    stage.send('a=1');
    stage.link.settle(1, quotaExceeded);
    await stage.clock.advance(250);
    stage.link.settle(1, quotaExceeded);
    await stage.clock.advance(499);
    expect(stage.link.sent).toHaveLength(2);
    await stage.clock.advance(1);
    expect(stage.link.open).toEqual(['a=1']);
  });

  it('is forgotten with its connection', () => {
    const stage = new Stage();
    stage.sender.connected(100);
    stage.send('a=1');
    stage.link.settle(1, quotaExceeded);
    stage.lose();
    stage.sender.connected(100);
    expect(stage.link.open).toEqual(['a=1']);
  });
});

describe('what is sent', () => {
  it('leaves the outbox when the broker has acknowledged it, and not before', () => {
    const stage = new Stage();
    stage.sender.connected(100);
    stage.send('a=1', 'b=1');
    expect([stage.outbox.pending.size, stage.link.open]).toEqual([2, ['a=1', 'b=1']]);
    stage.link.settle(1);
    expect(stage.outbox.pending.size).toBe(1);
  });

  it('waits in the outbox while there is no connection, and goes out in order then', () => {
    const stage = new Stage();
    stage.send('a=1', 'b=1', 'a=2');
    expect(stage.link.sent).toEqual([]);
    stage.sender.connected(100);
    expect(stage.link.sent).toEqual(['a=1', 'b=1', 'a=2']);
  });

  it('is sent again on the next connection when it was under way at the end of one', () => {
    const stage = new Stage();
    stage.sender.connected(100);
    stage.send('a=1', 'a=2', 'a=3');
    stage.link.settle(1);
    stage.clock.stall(5000);
    stage.lose();
    stage.sender.connected(100);
    expect(stage.link.open).toEqual(['a=2', 'a=3']);
  });

  it('is never more than the window, nor than the broker takes, with something left for states', () => {
    const windows = [new Stage(3), new Stage(100), new Stage(100)];
    const receiveMaxima = [100, 20, 1];
    const underWay = windows.map((stage, i) => {
      stage.sender.connected(receiveMaxima[i]);
      stage.send(...Array.from({ length: 150 }, (_, n) => `t${n}=1`));
      return stage.link.open.length;
    });
    expect(underWay).toEqual([3, 15, 1]);
  });
});

describe('new messages', () => {
  const waiting = Array.from({ length: 20 }, (_, n) => `old${n}=1`);

  it('go ahead of what waited', () => {
    const stage = new Stage(4);
    stage.send(...waiting);
    stage.sender.connected(100);
    stage.link.settle(1);
    stage.send('new=1', 'new=2');
    stage.link.settle(2);
    expect(stage.link.sent.slice(5, 7)).toEqual(['new=1', 'new=2']);
  });

  it('leave half of the window to what waited', () => {
    const stage = new Stage(4);
    stage.send(...waiting);
    stage.sender.connected(100);
    stage.send(...Array.from({ length: 20 }, (_, n) => `new${n}=1`));
    stage.link.settle(4);
    const [old, fresh] = ['old', 'new'].map((kind) => stage.link.open.filter((label) => label.startsWith(kind)).length);
    expect([old, fresh]).toEqual([2, 2]);
  });

  it.each([1, 3])('leave half to what waited where the broker takes %i at a time', (receiveMaximum) => {
    const stage = new Stage();
    stage.send(...Array.from({ length: 20 }, (_, i) => `old=${i}`));
    stage.sender.connected(receiveMaximum);
    stage.send(...Array.from({ length: 20 }, (_, i) => `new=${i}`));
    for (let i = 0; i < 20; i += 1) stage.link.settle(1);
    const old = stage.link.sent.slice(0, 20).filter((label) => label.startsWith('old'));
    expect(old.length).toBeGreaterThan(8);
    expect(old.length).toBeLessThan(13);
  });

  it('of a topic of which older ones wait come after them', () => {
    const stage = new Stage(2);
    stage.send('x=1', 'y=1', 'a=1', 'a=2');
    stage.sender.connected(100);
    stage.send('a=3');
    while (stage.link.open.length > 0) stage.link.settle(1);
    expect(stage.link.sent.filter((label) => label.startsWith('a'))).toEqual(['a=1', 'a=2', 'a=3']);
  });

  it('beyond what memory takes go over the disk, in order', () => {
    const stage = new Stage(10);
    stage.sender.connected(100);
    const labels = Array.from({ length: 12_000 }, (_, n) => `t${n % 7}=${n}`);
    stage.send(...labels);
    while (stage.link.open.length > 0) stage.link.settle(10);
    expect(stage.link.sent).toHaveLength(12_000);
    expect(isInOrder(stage.link.sent)).toBe(true);
  });
});

it('what was read from the disk and not sent yet is not forgotten when memory is full', () => {
  const stage = new Stage(1, { liveMessages: 2, readMessages: 4 });
  stage.send('x=1', 'x=2', 'x=3');
  stage.sender.connected(100);
  stage.send('y=1', 'y=2', 'y=3', 'y=4');
  while (stage.link.open.length > 0) stage.link.settle(1);
  expect(stage.link.sent.toSorted()).toEqual(['x=1', 'x=2', 'x=3', 'y=1', 'y=2', 'y=3', 'y=4']);
  expect(isInOrder(stage.link.sent)).toBe(true);
});

it('what the outbox does not show yet is looked for again', async () => {
  const stage = new Stage();
  stage.send('x=1', 'x=2');
  stage.outbox.isHidden = true;
  stage.sender.connected(100);
  expect(stage.link.sent).toEqual([]);
  stage.outbox.isHidden = false;
  await stage.clock.advance(100);
  expect(stage.link.sent).toEqual(['x=1', 'x=2']);
});

describe('what a broker does not take', () => {
  it('is dropped and told, and does not hold up the rest', () => {
    const stage = new Stage();
    stage.sender.connected(100);
    stage.send('a=1', 'b=1', 'c=1');
    stage.link.settle(1, { name: 'refused', code: 0x87, reason: 'refused' });
    stage.link.settle(1, { name: 'refused', code: 0x95, reason: 'too-large' });
    stage.link.settle(1);
    expect(stage.told).toEqual(['refused a', 'too-large b']);
    expect(stage.outbox.dropped).toMatchObject({ refused: 1, 'too-large': 1 });
    expect(stage.outbox.pending.size).toBe(0);
  });

  it('by ending the connection, is found, and everything behind it gets out', () => {
    const stage = new Stage();
    stage.send('a=1', 'poison=1', 'b=1', 'c=1');
    let connections = 0;
    for (; stage.outbox.pending.size > 0 && connections < 20; connections += 1) {
      stage.sender.connected(100);
      while (stage.link.open.length > 0 && !stage.link.open[0].startsWith('poison')) stage.link.settle(1);
      if (stage.link.open.length > 0) stage.lose();
    }
    expect(stage.told).toEqual(['poison poison']);
    expect(stage.outbox.acknowledged).toEqual([1, 3, 4]);
    expect(connections).toBeLessThanOrEqual(5);
  });
});

it('loses nothing and keeps the order of each topic, whatever happens to connections', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), topic: fc.nat(4) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), count: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('connect' as const) }) },
  );
  const run = (window: number, steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): void => {
    const stage = new Stage(window, { liveMessages: 3, readMessages: 2 });
    let isConnected = false;
    const arrived: string[] = [];
    const settle = (count: number): void => void arrived.push(...stage.link.settle(count));
    const connect = (): void => {
      if (!isConnected) stage.sender.connected(50);
      isConnected = true;
    };
    steps.forEach((what, n) => {
      if (what.do === 'send') stage.send(`t${what.topic}=${n}`);
      else if (what.do === 'settle') settle(what.count);
      else if (what.do === 'connect') connect();
      else {
        stage.clock.stall(2000); // nobody is poison
        stage.lose();
        isConnected = false;
      }
    });
    connect();
    while (stage.link.open.length > 0) settle(1);
    const sent = steps.flatMap((what, n) => (what.do === 'send' ? [`t${what.topic}=${n}`] : []));
    expect(arrived.toSorted()).toEqual(sent.toSorted());
    expect(isInOrder(arrived)).toBe(true);
  };
  fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 60 }), run));
});

function isInOrder(labels: readonly string[]): boolean {
  const last = new Map<string, number>();
  return labels.every((label) => {
    const [topic, number] = label.split('=');
    const isLater = Number(number) > (last.get(topic) ?? -1);
    last.set(topic, Number(number));
    return isLater;
  });
}
