import { isGood, statusCodes, type Clock, type TagValue } from '@fieldwarden/core';
import type { TagRows, TagSource, WithinGateway } from '@fieldwarden/service';
import type { DefinedTag } from '../store/history-store.js';
import { BatchWriter, type BatchSink } from './batch-writer.js';
import { rulesOf, type KeptRules } from './kept-tags.js';
import { HandleColumns } from './handle-columns.js';

export interface RecorderSink extends BatchSink {
  define(tags: readonly DefinedTag[]): void;
  end(numbers: readonly number[], atMs: number): void;
}

export interface RecorderDependencies {
  readonly tags: TagSource;
  readonly columns: WithinGateway['columns'];
  readonly sink: RecorderSink;
  readonly clock: Clock;
  readonly isKept: (path: string) => boolean;
}

/** Tags whose values are near to the one that was kept. */
interface Banded {
  readonly deadband: number;
  value: number;
  /** What was left out since. */
  skipped: { readonly value: number; readonly atMs: number; readonly status: number } | undefined;
}

/** A moment that is shorter than any clock of a source tells. */
const leastMs = 0.001;

/** Follows the tags and hands on what is worth keeping, in columns (SPEC §8.4): some nanoseconds a value, no object. */
export class Recorder implements Disposable {
  readonly #deps: RecorderDependencies;
  readonly #batch: BatchWriter;
  readonly #handles = new HandleColumns();
  readonly #banded = new Map<number, Banded>();
  readonly #following = new DisposableStack();
  #isKept: (path: string) => boolean;
  #rows: TagRows = rowsFor(1_024);
  #lastNumber = 0;

  /** Begins at once, with what every tag is now. */
  constructor(deps: RecorderDependencies) {
    this.#deps = deps;
    this.#isKept = deps.isKept;
    this.#batch = new BatchWriter(deps.sink);
    const { tags } = deps;
    this.#following.use(tags.onChange((handles, count) => this.#changed(handles, count)));
    this.#following.use(
      tags.onDefinition({
        defined: (handles) => this.#defined(handles),
        removed: (handles) => this.#removed(handles),
        redefined: (handles) => this.#redefined(handles),
      }),
    );
    this.#defined(this.#all());
  }

  /** Tags whose past is kept. */
  get size(): number {
    return this.#handles.size;
  }

  /** Other paths are kept from now on. */
  keep(isKept: (path: string) => boolean): void {
    this.#isKept = isKept;
    this.#redefined(this.#all());
  }

  /** What every tag is now, after what they were was lost. */
  tellAll(): void {
    this.#tell(this.#all().filter((handle) => this.#handles.number(handle) > 0));
  }

  /** Tags that were not told of for longer than they should. Call once a second. */
  tellQuiet(): void {
    const nowMs = this.#deps.clock.wallMs();
    const quiet = this.#handles.quiet(nowMs);
    if (quiet.length > 0) this.#tell(quiet);
  }

  /** Hands on what there is. */
  flush(): void {
    this.#batch.flush();
  }

  [Symbol.dispose](): void {
    this.#following.dispose();
    this.flush();
  }

  #all(): Uint32Array {
    return Uint32Array.from(this.#deps.tags.entries(), ([, handle]) => handle);
  }

  /** The hot loop. */
  #changed(handles: Uint32Array, count: number): void {
    if (this.#handles.size === 0) return;
    const rows = this.#copy(handles, count);
    const { numbers, lastSource, lastStatus, lastAt, isBanded } = this.#handles;
    let nowMs = NaN;
    for (let row = 0; row < count; row += 1) {
      const handle = handles[row];
      const number = handle < numbers.length ? numbers[handle] : 0;
      if (number === 0) continue;
      const status = rows.statuses[row];
      const sourceMs = rows.sourceTimes[row];
      let atMs = sourceMs;
      // It went stale: it was read no more since, and what changed, now, is what we think of it.
      if (sourceMs === lastSource[handle] && status !== lastStatus[handle]) {
        if (Number.isNaN(nowMs)) nowMs = this.#deps.clock.wallMs();
        atMs = Math.max(sourceMs, nowMs);
      }
      const object = rows.objects.size === 0 ? undefined : rows.objects.get(row);
      if (isBanded[handle] === 1 && this.#isLeftOut(handle, number, rows.values[row], status, atMs)) continue;
      lastSource[handle] = sourceMs;
      lastStatus[handle] = status;
      lastAt[handle] = atMs;
      this.#batch.add(number, atMs, rows.values[row], status, object);
    }
  }

  /** Within the deadband; the last one that was left out is kept where an outage begins. */
  #isLeftOut(handle: number, number: number, value: number, status: number, atMs: number): boolean {
    const banded = this.#banded.get(handle)!;
    const { lastStatus, lastAt, maxInterval, lastSource } = this.#handles;
    const isSame = status === lastStatus[handle] && atMs - lastAt[handle] < maxInterval[handle];
    if (isSame && Math.abs(value - banded.value) <= banded.deadband) {
      banded.skipped = { value, atMs, status };
      lastSource[handle] = atMs;
      return true;
    }
    const { skipped } = banded;
    if (skipped && !isGood(status) && skipped.atMs < atMs) {
      this.#batch.add(number, skipped.atMs, skipped.value, skipped.status, undefined);
    }
    banded.value = value;
    banded.skipped = undefined;
    return false;
  }

  /** What they are now, at the earliest at the time at which that is known. */
  #tell(handles: Uint32Array): void {
    const nowMs = this.#deps.clock.wallMs();
    const rows = this.#copy(handles, handles.length);
    const { lastSource, lastStatus, lastAt } = this.#handles;
    for (const [row, handle] of handles.entries()) {
      const status = rows.statuses[row];
      if (status === statusCodes.BadWaitingForInitialData) continue;
      const sourceMs = rows.sourceTimes[row];
      const wasTold = lastAt[handle] > -Infinity;
      const atMs = wasTold && sourceMs > lastAt[handle] ? sourceMs : nowMs;
      const value = rows.values[row];
      lastSource[handle] = sourceMs;
      lastStatus[handle] = status;
      lastAt[handle] = atMs;
      const banded = this.#banded.get(handle);
      if (banded) {
        banded.value = value;
        banded.skipped = undefined;
      }
      this.#batch.add(this.#handles.number(handle), atMs, value, status, rows.objects.get(row));
    }
  }

  #copy(handles: Uint32Array, count: number): TagRows {
    if (this.#rows.values.length < count) this.#rows = rowsFor(2 * count);
    this.#deps.columns.copyRows(handles, count, this.#rows);
    return this.#rows;
  }

  #defined(handles: Uint32Array): void {
    const defined: DefinedTag[] = [];
    const begun: number[] = [];
    for (const handle of handles) {
      const definition = this.#deps.tags.definition(handle);
      const rules = definition && this.#isKept(definition.path) ? rulesOf(definition) : undefined;
      if (!definition || !rules) continue;
      const { path, type } = definition;
      this.#lastNumber += 1;
      defined.push({ number: this.#lastNumber, path, type, stepped: rules.stepped });
      this.#follow(handle, this.#lastNumber, rules);
      begun.push(handle);
    }
    if (defined.length === 0) return;
    this.#deps.sink.define(defined);
    this.#tell(Uint32Array.from(begun));
  }

  #follow(handle: number, number: number, { deadband, maxIntervalMs }: KeptRules): void {
    this.#handles.set(handle, number, maxIntervalMs, deadband !== undefined);
    if (deadband !== undefined) this.#banded.set(handle, { deadband, value: NaN, skipped: undefined });
  }

  #removed(handles: Uint32Array): void {
    const ended: number[] = [];
    let latestMs = -Infinity;
    for (const handle of handles) {
      const number = this.#handles.clear(handle);
      this.#banded.delete(handle);
      if (number === 0) continue;
      ended.push(number);
      latestMs = Math.max(latestMs, this.#handles.lastAt[handle]);
    }
    if (ended.length === 0) return;
    this.flush(); // what they were comes before their end
    // Before anything that a tag of the same path is within this millisecond, and not before what they were last.
    this.#deps.sink.end(ended, Math.max(latestMs, this.#deps.clock.wallMs() - leastMs));
  }

  /** By its rules: a tag that is kept as before goes on; one that no longer is ends. */
  #redefined(handles: Uint32Array): void {
    const again: DefinedTag[] = [];
    const begins: number[] = [];
    const ends: number[] = [];
    for (const handle of handles) {
      const definition = this.#deps.tags.definition(handle);
      const rules = definition && this.#isKept(definition.path) ? rulesOf(definition) : undefined;
      const number = this.#handles.number(handle);
      if (rules && number > 0) {
        this.#handles.set(handle, number, rules.maxIntervalMs, rules.deadband !== undefined);
        const value = this.#banded.get(handle)?.value ?? NaN;
        if (rules.deadband === undefined) this.#banded.delete(handle);
        else this.#banded.set(handle, { deadband: rules.deadband, value, skipped: undefined });
        const { path, type } = definition!;
        again.push({ number, path, type, stepped: rules.stepped });
      } else if (rules) begins.push(handle);
      else if (number > 0) ends.push(handle);
    }
    if (again.length > 0) this.#deps.sink.define(again);
    this.#removed(Uint32Array.from(ends));
    this.#defined(Uint32Array.from(begins));
  }
}

function rowsFor(length: number): TagRows {
  return {
    values: new Float64Array(length),
    statuses: new Uint32Array(length),
    sourceTimes: new Float64Array(length),
    serverTimes: new Float64Array(length),
    objects: new Map<number, TagValue>(),
  };
}
