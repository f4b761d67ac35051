import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledge, MemoryTable, ObservedBook } from './testing/index.js';

const devices = ['a', 'b', 'c'] as const;
type Device = (typeof devices)[number];

interface Call {
  readonly type: 'raise' | 'clear' | 'acknowledge';
  readonly device: Device;
}

type Step = Call | { readonly type: 'keep' | 'restart' | 'kill' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('raise', 'clear', 'acknowledge'),
      device: fc.constantFrom(...devices),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('keep', 'restart', 'kill') }) },
);

interface State {
  readonly active: boolean;
  readonly acknowledged: boolean;
}

/** What the book ought to be: alarms by device, and which of them are on the disk. */
class Model {
  alarms = new Map<Device, State>();
  disk = new Map<Device, State>();
  /** Events since the start: `a:true`. */
  events: string[] = [];

  set(device: Device, state: State): void {
    if (state.active || !state.acknowledged) this.alarms.set(device, state);
    else this.alarms.delete(device);
    this.events.push(`${device}:${state.active}`);
  }

  take({ type, device }: Call): void {
    const known = this.alarms.get(device);
    if (type === 'raise' && !known?.active) this.set(device, { active: true, acknowledged: false });
    if (type === 'clear' && known?.active) this.set(device, { ...known, active: false });
    if (type === 'acknowledge' && known && !known.acknowledged) this.set(device, { ...known, acknowledged: true });
  }

  keep(): void {
    this.disk = new Map(this.alarms);
  }

  /** What is on the disk, then what is the case. */
  restart(isSo: ReadonlySet<Device>): void {
    this.alarms = new Map(this.disk);
    this.events = [];
    for (const device of isSo) this.take({ type: 'raise', device });
    for (const device of devices) if (!isSo.has(device)) this.take({ type: 'clear', device });
    this.keep();
  }
}

const subjectOf = (device: Device) => ({ driverId: 'd', device });

function act({ book }: ObservedBook, { type, device }: Call): void {
  const conditionId = `off-scan/${device}`;
  if (type === 'raise') book.raise({ conditionId: 'off-scan', subject: subjectOf(device) });
  else if (type === 'clear') book.clear('off-scan', subjectOf(device));
  else if (book.list().some((alarm) => alarm.conditionId === conditionId))
    acknowledge(book, { driverId: 'd', conditionId, eventId: undefined, comment: '' });
}

/** A start on what the disk has: evaluated, and settled. */
async function started(table: MemoryTable, isSo: ReadonlySet<Device>): Promise<ObservedBook> {
  const observed = await ObservedBook.restored(table);
  observed.book.ofDriver('d', devices);
  for (const device of isSo) act(observed, { type: 'raise', device });
  await observed.clock.advance(60_000);
  await observed.book.kept();
  return observed;
}

describe('the book of alarms', () => {
  it('is what a small model says, over any calls, restarts and kills; what is so is never lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const table = new MemoryTable();
        const model = new Model();
        const isSo = new Set<Device>();
        let observed = await started(table, isSo);
        for (const each of steps) {
          if (each.type === 'keep' || each.type === 'restart') {
            model.keep();
            await observed.book.kept();
          }
          if (each.type === 'kill') table.kill();
          if (each.type === 'kill' || each.type === 'restart') {
            await observed.book.close();
            model.restart(isSo);
            observed = await started(table, isSo);
          } else if ('device' in each) {
            if (each.type === 'raise') isSo.add(each.device);
            if (each.type === 'clear') isSo.delete(each.device);
            model.take(each);
            act(observed, each);
          }
          const alarms = observed.book
            .list()
            .map(({ conditionId, active, acknowledged }) => [conditionId, active, acknowledged]);
          const wanted = [...model.alarms].map(([device, { active, acknowledged }]) => [
            `off-scan/${device}`,
            active,
            acknowledged,
          ]);
          expect(alarms.toSorted()).toEqual(wanted.toSorted());
          // Looked at after each step: only events of one start may come in another order.
          const events = observed.events.map(
            ({ data }) => `${String(data.conditionId).slice(-1)}:${String(data.active)}`,
          );
          expect(events.toSorted()).toEqual(model.events.toSorted());
        }
      }),
      { numRuns: 300 },
    );
  });
});
