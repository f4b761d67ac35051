import { isBad, ValueColumns, type Clock, type DataType, type Timer } from '@fieldwarden/core';
import type { OwnTags, TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';
import { Calculation } from './calculation.js';
import { dependencyOrder } from './dependency-order.js';
import type { CalculatedTag } from './settings.js';
import { TagInput } from './tag-input.js';
import { Wakes } from './wakes.js';

/** So long it keeps others waiting, and one evaluation more: the rest is for the next turn. */
const sliceMs = 2;

/** Evaluated between two looks at the time. */
const evaluationsPerLook = 64;

export interface CalculationsDependencies {
  readonly tags: TagSource;
  readonly ownTags: OwnTags;
  readonly clock: Clock;
  /** What was kept of the functions of a tag that remember; asked when the tag comes. */
  readonly recall: (path: string) => Readonly<Record<string, unknown>> | undefined;
  /** Called after an evaluation of one that remembers. */
  readonly remembered: (calculation: Calculation) => void;
}

/**
 * Evaluates what has changed, and what depends on it, in the order of dependency: each at most once for all changes of a turn (SPEC §17.2).
 * Changes are gathered and evaluated in a turn of their own, so that no scan waits for a formula.
 */
export class Calculations implements Disposable {
  readonly #deps: CalculationsDependencies;
  readonly #wakes: Wakes;
  #byPath: ReadonlyMap<string, Calculation> = new Map();
  /** In the order of dependency: the index is the rank. */
  #ranked: readonly Calculation[] = [];
  /** By rank: 1 = to be evaluated. */
  #dirty = new Uint8Array(0);
  #following: DisposableStack | undefined;
  #turn: Timer | undefined;
  #isEnded = false;
  #evaluations = 0;

  constructor(deps: CalculationsDependencies) {
    this.#deps = deps;
    this.#wakes = new Wakes(deps.clock, () => this.#soon());
  }

  get all(): readonly Calculation[] {
    return this.#ranked;
  }

  /** Since the start. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** What there is from now on. Those of the same text go on as they are; others keep what their functions remember. */
  async configure(rows: readonly CalculatedTag[]): Promise<void> {
    const made = await this.#made(rows);
    if (this.#isEnded) return;
    const before = new Set(this.#ranked);
    this.#connect(
      made,
      made.filter((calculation) => !before.has(calculation)),
    );
  }

  [Symbol.dispose](): void {
    this.#isEnded = true;
    this.#turn?.[Symbol.dispose]();
    this.#following?.dispose();
    this.#wakes[Symbol.dispose]();
  }

  /** Compiles what is new, a little at a time. */
  async #made(rows: readonly CalculatedTag[]): Promise<readonly Calculation[]> {
    const { clock, ownTags, recall } = this.#deps;
    const typeOf = this.#typesAmong(rows);
    const made: Calculation[] = [];
    let sinceMs = clock.monotonicMs();
    for (const row of rows) {
      const before = this.#byPath.get(row.path);
      const handle = ownTags.handleOf(row.path);
      if (handle === undefined) continue; // another tag has its path
      if (before?.goesOn(row, handle) === true && before.isCurrent(typeOf)) {
        made.push(before);
        continue;
      }
      const calculation = new Calculation(row, handle);
      calculation.compile(typeOf, before ? before.state() : recall(row.path));
      made.push(calculation);
      if (clock.monotonicMs() - sinceMs < sliceMs) continue;
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 0));
      sinceMs = clock.monotonicMs();
    }
    return made;
  }

  #typesAmong(rows: readonly CalculatedTag[]): (path: string) => DataType | undefined {
    const { tags } = this.#deps;
    const own = new Map(rows.map((row) => [row.path, Calculation.typeOf(row)]));
    return (path) => own.get(path) ?? tags.definition(tags.handleOf(path) ?? 0)?.type;
  }

  /** `fresh`: those to be evaluated, beside those that wait for it. */
  #connect(made: readonly Calculation[], fresh: readonly Calculation[]): void {
    const waiting = this.#ranked.filter((_, rank) => this.#dirty[rank] === 1);
    this.#byPath = new Map(made.map((calculation) => [calculation.row.path, calculation]));
    this.#ranked = ranked(made, this.#byPath);
    this.#dirty = new Uint8Array(made.length);
    for (const [rank, calculation] of this.#ranked.entries()) {
      calculation.rank = rank;
      calculation.dependents.length = 0;
    }
    this.#wakes.reset(Float64Array.from(this.#ranked, ({ wakeAtMs }) => wakeAtMs));
    this.#follow();
    for (const calculation of [...waiting, ...fresh])
      if (this.#ranked[calculation.rank] === calculation) this.#dirty[calculation.rank] = 1;
    this.#soon();
  }

  #follow(): void {
    const { tags } = this.#deps;
    this.#following?.dispose();
    this.#following = new DisposableStack();
    const followed = this.#following.use(
      new FollowedTags<TagInput>(tags, {
        changed: (_, input) => this.#changed(input),
        came: (handle, input) => this.#came(handle, input),
        gone: (_, input) => {
          input.handle = undefined;
          this.#changed(input);
        },
      }),
    );
    const inputs = new Map<string, TagInput>();
    for (const calculation of this.#ranked) {
      const sources = calculation.reads.map((path) => {
        const own = this.#byPath.get(path);
        const source = own ?? inputs.get(path) ?? new TagInput(path, tags);
        if (source instanceof TagInput) inputs.set(path, source);
        source.dependents.push(calculation);
        return source;
      });
      calculation.connect(sources);
    }
    for (const [path, input] of inputs) input.handle = followed.follow(path, input);
    this.#following.use(tags.onDefinition({ defined: () => this.#retry(), removed: () => undefined }));
  }

  #changed({ dependents }: TagInput): void {
    for (const { rank } of dependents) this.#dirty[rank] = 1;
    this.#soon();
  }

  #came(handle: number, input: TagInput): void {
    input.handle = handle;
    this.#recompile(input.dependents);
    this.#changed(input);
  }

  /** What could not be compiled may have waited for a tag that has come. */
  #retry(): void {
    const stuck = this.#ranked.filter(({ reason }) => reason !== undefined);
    if (stuck.length === 0) return;
    this.#recompile(stuck);
    const freed = stuck.filter(({ reason }) => reason === undefined);
    if (freed.length > 0) this.#connect(this.#ranked, freed);
  }

  #recompile(calculations: readonly Calculation[]): void {
    const typeOf = this.#typesAmong(this.#ranked.map(({ row }) => row));
    for (const calculation of calculations) if (!calculation.isCurrent(typeOf)) calculation.compile(typeOf);
  }

  #soon(): void {
    if (this.#isEnded) return;
    this.#turn ??= this.#deps.clock.setTimer(() => this.#work(), 0);
  }

  #work(): void {
    this.#turn = undefined;
    const nowMs = this.#deps.clock.wallMs();
    this.#wakes.take(nowMs, (rank) => void (this.#dirty[rank] = 1));
    this.#tell(this.#evaluateDirty(nowMs));
    if (this.#dirty.includes(1)) this.#soon();
    else this.#wakes.arm();
  }

  /** Those whose value, status or time is another one now. */
  #evaluateDirty(nowMs: number): readonly Calculation[] {
    const { clock, remembered } = this.#deps;
    const untilMs = clock.monotonicMs() + sliceMs;
    const changed: Calculation[] = [];
    let count = 0;
    for (let rank = this.#dirty.indexOf(1); rank >= 0; rank = this.#dirty.indexOf(1, rank + 1)) {
      this.#dirty[rank] = 0;
      const calculation = this.#ranked[rank];
      if (calculation.evaluate(nowMs)) {
        changed.push(calculation);
        for (const dependent of calculation.dependents) this.#dirty[dependent.rank] = 1;
      }
      if (calculation.remembers) {
        this.#wakes.set(rank, calculation.wakeAtMs);
        remembered(calculation);
      }
      count += 1;
      if (count % evaluationsPerLook === 0 && clock.monotonicMs() >= untilMs) break;
    }
    this.#evaluations += count;
    return changed;
  }

  #tell(changed: readonly Calculation[]): void {
    if (changed.length === 0) return;
    const columns = new ValueColumns(changed.length);
    const handles = new Uint32Array(changed.length);
    for (let row = 0; row < changed.length; row += 1) {
      const { handle, value, type, status, sourceAtMs } = changed[row];
      handles[row] = handle;
      if (value !== null && !isBad(status)) columns.set(row, value, type, sourceAtMs);
      columns.statuses[row] = status;
      columns.sourceTimes[row] = sourceAtMs;
    }
    this.#deps.ownTags.update(handles, columns);
  }
}

/** Those that stand in a circle would never be refused here: nobody could publish them. They go last. */
function ranked(made: readonly Calculation[], byPath: ReadonlyMap<string, Calculation>): readonly Calculation[] {
  const indexes = new Map(made.map((calculation, i) => [calculation, i]));
  const { order, cycles } = dependencyOrder(
    made.map(({ reads }) =>
      reads.flatMap((path) => {
        const read = byPath.get(path);
        return read ? [indexes.get(read)!] : [];
      }),
    ),
  );
  return [...order, ...cycles.flat()].map((i) => made[i]);
}
