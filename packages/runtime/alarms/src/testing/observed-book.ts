import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { AlarmBook, type AlarmLimits } from '../alarm-book.js';
import { TableMemory } from '../table-memory.js';
import { AlarmEvents, type AlarmEventEntry } from '../told/alarm-events.js';
import { MemoryTable } from './memory-table.js';

/** A book with the events that it tells, on a clock of its own; another one on the same table is the gateway after a restart. */
export class ObservedBook {
  readonly table: MemoryTable;
  readonly clock = new FakeClock();
  readonly logger = collectingLogger();
  readonly events: AlarmEventEntry[] = [];
  readonly book: AlarmBook;

  constructor({ table = new MemoryTable(), limits = {} }: { table?: MemoryTable; limits?: Partial<AlarmLimits> } = {}) {
    this.table = table;
    const { clock, logger } = this;
    let states = 0;
    const newEventId = (): string => String((states += 1));
    this.book = new AlarmBook({
      clock,
      logger,
      memory: new TableMemory(() => Promise.resolve(table.tables)),
      limits,
      newEventId,
    });
    this.book.follow(new AlarmEvents({ clock, events: { append: (event) => void this.events.push(event) } }).tell);
  }

  /** After what is on disk was read. */
  static async restored(table: MemoryTable): Promise<ObservedBook> {
    const observed = new ObservedBook({ table });
    await observed.book.restore();
    return observed;
  }
}
