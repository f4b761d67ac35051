import type { TextPadding } from '@fieldwarden/codec';
import { isGatewayError, statusCodes, type Clock } from '@fieldwarden/core';
import type { Point, ReadPlan } from '@fieldwarden/driver';
import { padded, parseAddress } from '../address/address.js';
import type { S7Options } from '../options.js';
import { mergeLeaves, type Leaf } from './division.js';
import { TroubledStretches } from './troubled-stretches.js';
import { packReads, planBlocks, type PlannedPoint, type ReadBlock, type ReadJob } from './plan.js';

/** A stretch that the CPU did not have is divided anew after this, in case it has grown. */
const retestMs = 60_000;

interface Missing {
  readonly code: number;
  /** When it was last divided, in vain. */
  readonly dividedAtMs: number;
}

/** A read plan: the points once and for all, the requests as the negotiated PDU and the CPU's answers have it. */
export class ReadProgram implements ReadPlan {
  readonly deviceId: string;
  readonly points: readonly Point[];
  /** Rows whose address does not fit. */
  readonly unfitRows: readonly number[];
  /** What is asked for apart, because it was not answered. */
  readonly troubled: TroubledStretches;
  readonly #planned: readonly PlannedPoint[];
  readonly #maxGapBytes: number;
  #pduBytes = 0;
  #connection: object | undefined;
  #blocks: readonly ReadBlock[] = [];
  #jobs: readonly ReadJob[] | undefined;
  /** Stretches that are known to fail as a whole. */
  readonly #missing = new Map<ReadBlock, Missing>();

  constructor(
    deviceId: string,
    points: readonly Point[],
    { maxGapBytes, stringPadding }: Pick<S7Options, 'maxGapBytes' | 'stringPadding'>,
    clock: Clock,
  ) {
    this.deviceId = deviceId;
    this.points = points;
    this.troubled = new TroubledStretches(clock);
    this.#maxGapBytes = maxGapBytes;
    const planned = points.map((point, row) => plannedPoint(point, row, stringPadding));
    this.#planned = planned.filter((point) => point !== undefined);
    this.unfitRows = planned.flatMap((point, row) => (point === undefined ? [row] : []));
  }

  get jobs(): readonly ReadJob[] {
    return (this.#jobs ??= packReads(this.#blocks, this.#pduBytes, (block) => this.troubled.isJobCut(block)));
  }

  get pduBytes(): number {
    return this.#pduBytes;
  }

  /** The blocks of a job that was not answered are asked for apart from now on. */
  takeOut(blocks: readonly ReadBlock[]): void {
    for (const block of blocks) this.#missing.delete(block);
    this.#use(this.#blocks.filter((block) => !blocks.includes(block)));
  }

  /** What was asked for apart was answered, and is asked for with the rest again. */
  takeBack(): void {
    this.#replan();
  }

  /**
   * Before each use: plans anew for another PDU, and forgets with each new connection what the last one had missing. What was not
   * answered stays apart, for that may be why there is a new connection.
   */
  fit(pduBytes: number, connection: object | undefined): void {
    if (this.#pduBytes === pduBytes && this.#connection === connection) return;
    if (this.#pduBytes !== pduBytes) this.troubled.clear();
    this.#connection = connection;
    this.#pduBytes = pduBytes;
    this.#missing.clear();
    this.#replan();
  }

  #replan(): void {
    const { troubled } = this;
    const apart = troubled.rows;
    const kept = [...this.#missing.keys()];
    for (const { points } of kept) for (const { row } of points) apart.add(row);
    const limits = {
      pduBytes: this.#pduBytes,
      maxGapBytes: this.#maxGapBytes,
      isCut: (point: PlannedPoint) => troubled.isBlockCut(point),
    };
    this.#use([
      ...planBlocks(
        this.#planned.filter(({ row }) => !apart.has(row)),
        limits,
      ),
      ...kept,
    ]);
  }

  /** Is it worth while to ask for the halves of a block that failed? */
  isWorthDividing(block: ReadBlock, nowMs: number): boolean {
    const missing = this.#missing.get(block);
    return missing === undefined || nowMs - missing.dividedAtMs >= retestMs;
  }

  /** The stretches that the CPU is known not to have, with its return codes. */
  get missing(): readonly Leaf[] {
    return [...this.#missing].map(([block, { code }]) => ({ block, code }));
  }

  /** Takes over what dividing a block has brought to light. */
  learn(divided: ReadonlyMap<ReadBlock, readonly Leaf[]>, nowMs: number): void {
    this.#use(
      this.#blocks.flatMap((block) => {
        const leaves = divided.get(block);
        return leaves ? this.#learnt(block, mergeLeaves(leaves), nowMs) : block;
      }),
    );
  }

  #learnt(block: ReadBlock, leaves: readonly Leaf[], nowMs: number): ReadBlock[] {
    this.#missing.delete(block);
    for (const { block: piece, code } of leaves) {
      if (code !== undefined) this.#missing.set(piece, { code, dividedAtMs: nowMs });
    }
    return leaves.map((leaf) => leaf.block);
  }

  #use(blocks: readonly ReadBlock[]): void {
    this.#blocks = blocks;
    this.#jobs = undefined;
  }
}

export const unfitStatus = statusCodes.BadConfigurationError;

function plannedPoint({ address, type }: Point, row: number, padding: TextPadding): PlannedPoint | undefined {
  try {
    return { row, type, address: padded(parseAddress(address, type), padding) };
  } catch (error) {
    if (isGatewayError(error)) return undefined;
    throw error;
  }
}
