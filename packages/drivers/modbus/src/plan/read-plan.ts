import type { Clock } from '@fieldwarden/core';
import type { AvoidedSpan, Point, ReadPlan } from '@fieldwarden/driver';
import { areas, areaTraits, covers, describeSpan, type Area, type Span } from '../address/area.js';
import { SpanSet } from '../address/span-set.js';
import {
  compilePoints,
  compileRead,
  isFallible,
  type BadRow,
  type CompiledPoint,
  type CompiledRead,
} from './compiled-read.js';
import { Division } from './division.js';
import { Doubts } from './doubts.js';
import type { Hole, HoleMemory } from './hole-memory.js';
import type { ModbusDeviceOptions } from '../device-options.js';
import { planReads, type PlanLimits } from './plan.js';
import { PointColumns } from './point-columns.js';
import type { Trouble } from './trouble.js';

/** A read that is asked for only when the others have shown that the unit lives. */
export interface DoubtfulRead {
  readonly read: CompiledRead;
  readonly trouble: Trouble;
  /** What it tests anew, after a pause. */
  readonly retests?: Hole;
}

/** What one scan asks for, in this order. */
export interface ScanSchedule {
  readonly reads: readonly CompiledRead[];
  readonly doubtful: readonly DoubtfulRead[];
  /** Rows that are not asked for, but for those that are in `doubtful`. */
  readonly missing: readonly BadRow[];
}

/** The points of one device and scan class, grouped into reads; grouped anew when the unit has shown what it does not read. */
export class ModbusReadPlan implements ReadPlan {
  readonly deviceId: string;
  /** Rows whose address makes no sense. */
  readonly badRows: readonly BadRow[];
  readonly division: Division;
  readonly doubts: Doubts;
  readonly #points: PointColumns;
  readonly #compiled: readonly CompiledPoint[];
  readonly #limits: PlanLimits;
  readonly #holes: HoleMemory;
  #version = '';
  #reads: readonly CompiledRead[] = [];
  #missing: readonly CompiledPoint[] = [];
  #missingRows: readonly BadRow[] = [];
  #addresses: SpanSet | undefined;

  constructor(
    deviceId: string,
    points: readonly Point[],
    options: ModbusDeviceOptions,
    limits: PlanLimits,
    holes: HoleMemory,
    clock: Clock,
  ) {
    const { compiled, badRows } = compilePoints(points, options);
    this.deviceId = deviceId;
    this.#points = new PointColumns(points);
    this.badRows = badRows;
    this.division = new Division(holes, clock, limits.bitAlignment ?? 1);
    this.doubts = new Doubts(clock);
    this.#compiled = compiled;
    this.#limits = limits;
    this.#holes = holes;
  }

  /** New objects each time. */
  get points(): readonly Point[] {
    return this.#points.toPoints();
  }

  /** How many points it reads. */
  get size(): number {
    return this.#points.size;
  }

  get reads(): readonly CompiledRead[] {
    this.#refresh();
    return this.#reads;
  }

  schedule(): ScanSchedule {
    this.#refresh();
    const doubtful = this.#doubtful();
    const doubted = new Set(doubtful.map(({ read }) => read));
    return {
      reads: doubtful.length === 0 ? this.#reads : this.#reads.filter((read) => !doubted.has(read)),
      doubtful: [...doubtful, ...this.#retests()],
      missing: this.#missingRows,
    };
  }

  /** What is asked of the unit. */
  get spans(): readonly Span[] {
    return this.#compiled;
  }

  get addresses(): SpanSet {
    return (this.#addresses ??= new SpanSet(this.#compiled));
  }

  /** Points whose registers may hold what is no value of theirs. */
  get fallible(): readonly CompiledPoint[] {
    return this.#compiled.filter(isFallible);
  }

  /** What the unit does not read within reach of these points, and what is being found out about it. */
  avoided(): AvoidedSpan[] {
    this.#refresh();
    return areas.flatMap((area) => this.#avoidedIn(area));
  }

  #avoidedIn(area: Area): AvoidedSpan[] {
    const points = this.#compiled.filter((point) => point.area === area);
    if (points.length === 0) return [];
    const start = Math.min(...points.map((point) => point.start));
    const end = Math.max(...points.map((point) => point.start + point.count));
    const holes = this.#holes
      .holes(area)
      .filter((hole) => hole.start < end && start < hole.start + hole.count)
      .map((hole) => ({
        start: hole.start,
        what: describeSpan(hole),
        points: points.filter((point) => covers(point, hole)).length,
        reason: hole.trouble.reason,
        retestInMs: this.#holes.retestInMs(hole),
      }));
    const spans = [...holes, ...this.#failingIn(area)].sort((a, b) => a.start - b.start);
    return [...spans.map(({ start: _, ...span }) => span), ...this.#tooLongIn(area)];
  }

  /**
   * Reads that failed while the unit answered others, and are not yet divided down to what is to blame. A read that only went
   * unanswered is none of them: it is asked for again like any other.
   */
  #failingIn(area: Area): (AvoidedSpan & { readonly start: number })[] {
    return this.#reads.flatMap((read) => {
      const trouble = read.area === area ? this.division.troubleOf(read) : undefined;
      if (!trouble) return [];
      const { start, points } = read;
      const retestInMs = this.doubts.waitMs;
      return [{ start, what: describeSpan(read), points: points.length, reason: trouble.reason, retestInMs }];
    });
  }

  #tooLongIn(area: Area): AvoidedSpan[] {
    const longest = this.#holes.learnedLength(area);
    if (longest === undefined) return [];
    const what = `${areaTraits[area].short} longer than ${longest.count}`;
    return [{ what, points: 0, reason: longest.trouble.reason, retestInMs: this.#holes.retestInMs(longest) }];
  }

  #doubtful(): DoubtfulRead[] {
    if (!this.division.isUnderWay && !this.doubts.hasSuspects) return [];
    return this.#reads.flatMap((read) => {
      const trouble = this.#troubleOf(read);
      return trouble ? [{ read, trouble }] : [];
    });
  }

  #troubleOf(read: CompiledRead): Trouble | undefined {
    return this.division.troubleOf(read) ?? this.doubts.suspicionOf(read);
  }

  /** Points whose pause is over, each as a read of its own. */
  #retests(): DoubtfulRead[] {
    if (this.#missing.length === 0) return [];
    const taken = new Set<number>();
    return this.#holes.due().flatMap((hole) => {
      const points = this.#missing.filter((point) => covers(point, hole) && !taken.has(point.row));
      for (const { row } of points) taken.add(row);
      const { reads } = planReads(points, this.#limits, {
        refuses: () => false,
        learnedMax: (area) => this.#holes.learnedMax(area),
      });
      return reads.map((read) => ({ read: compileRead(read), trouble: hole.trouble, retests: hole }));
    });
  }

  #missingRow(point: CompiledPoint): BadRow {
    return { row: point.row, status: this.#holes.holeIn(point)!.trouble.status };
  }

  #refresh(): void {
    const version = `${this.#holes.version} ${this.division.version}`;
    if (this.#version === version) return;
    const { reads, missing } = planReads(this.#compiled, this.#limits, this.#holes, this.division);
    this.#reads = reads.map(compileRead);
    this.#missing = missing;
    this.#missingRows = missing.map((point) => this.#missingRow(point));
    this.#version = version;
  }
}
