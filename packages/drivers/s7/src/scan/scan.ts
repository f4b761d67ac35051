import {
  isGatewayError,
  toGatewayError,
  type Clock,
  type GatewayError,
  type StatusCode,
  type ValueColumns,
} from '@fieldwarden/core';
import { explainItem, isAddressTrouble } from '../line/explain.js';
import type { BlockAnswer } from '../plan/block-assembler.js';
import { divide, type Leaf } from '../plan/division.js';
import { packReads, type ReadBlock, type ReadJob } from '../plan/plan.js';
import { unfitStatus, type ReadProgram } from '../plan/read-program.js';
import { troubleOf } from '../plan/trouble.js';
import type { Piece } from '../plan/troubled-stretches.js';
import { decodeInto } from '../values/decode.js';
import { maxUnanswered, type JobReader } from './job-reader.js';
import { probeJob, type VitalJob } from './vital-job.js';

export interface ScanDependencies {
  readonly reader: JobReader;
  readonly vital: VitalJob;
  readonly clock: Clock;
  /** Nothing doubtful is asked for after that, so that a scan that has found trouble ends in time; the next one goes on with it. */
  readonly doubtUntilMs: number;
  readonly onMissing: (leaf: Leaf) => void;
  readonly onTrouble: (block: ReadBlock, error: GatewayError) => void;
}

/** A CPU that has refused so many pieces of a scan, and answered nothing, refuses all. */
const refusalsThatAreAll = 8;

/**
 * One scan of one plan. A CPU that answered anything is there: what it does not answer costs its own rows, and is divided and learnt
 * once the CPU has answered something after it. Only a scan in which nothing was answered fails.
 */
export class S7Scan {
  readonly #program: ReadProgram;
  readonly #into: ValueColumns;
  readonly #deps: ScanDependencies;
  /** Rows that have neither a value nor a reason yet. */
  readonly #open: Set<number>;
  /** What is asked for apart, the next one first. */
  #pieces: readonly Piece[] = [];
  #alive: ReadJob | undefined;
  /** Blocks that were read. */
  #read = 0;
  #refusals = 0;
  #hasRecovered = false;

  constructor(program: ReadProgram, into: ValueColumns, deps: ScanDependencies) {
    this.#program = program;
    this.#into = into;
    this.#deps = deps;
    this.#open = new Set(into.statuses.keys());
  }

  async run(): Promise<void> {
    for (const row of this.#program.unfitRows) this.#setBad(row, unfitStatus);
    try {
      await this.#ask();
    } catch (thrown) {
      this.#endWith(toGatewayError(thrown));
    } finally {
      if (this.#hasRecovered) this.#program.takeBack();
    }
  }

  async #ask(): Promise<void> {
    const { troubled, jobs } = this.#program;
    this.#pieces = [...troubled.pieces];
    for (const { blocks, trouble } of this.#pieces) this.#setAllBad(blocks, trouble.status);
    if (this.#deps.vital.isDoubtful || (jobs.length === 0 && this.#pieces.length > 0)) await this.#check();
    await this.#askSound(jobs);
    for (let piece = this.#nextPiece(); piece; piece = this.#nextPiece()) await this.#askPiece(piece);
  }

  /** What has been read by then stays read. */
  #endWith(error: GatewayError): void {
    const isOver = error.kind === 'cancelled' || error.kind === 'bug' || error.kind === 'config';
    if (!isOver && error.kind !== 'rejected' && error.kind !== 'overloaded') this.#deps.vital.unanswered();
    if (isOver || !this.#deps.reader.hasAnswered || error.kind === 'rejected') throw error;
    for (const row of this.#open) this.#setBad(row, error.status);
  }

  async #askSound(jobs: readonly ReadJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const answers = await this.#askFor(jobs);
    const failed = new Map<ReadBlock, GatewayError>();
    for (const { block, answer } of answers) if (isGatewayError(answer)) failed.set(block, answer);
    const errors = [...failed.values()];
    if (errors.length > 0 && (!this.#deps.reader.hasAnswered || (await this.#refusesAll(answers)))) throw errors[0];
    for (const job of jobs) this.#takeOut(job, failed);
    await this.#divide(answers);
  }

  /** PUT/GET is off, or a password is needed: no use in asking for less. */
  async #refusesAll(answers: readonly BlockAnswer[]): Promise<boolean> {
    if (!answers.every(({ answer }) => isRefusalOfAll(answer))) return false;
    const [{ answer }] = await this.#deps.reader.ask([probeJob]);
    return isRefusalOfAll(answer);
  }

  /** What failed with a job is asked for once more, then divided. */
  #takeOut(job: ReadJob, failed: Map<ReadBlock, GatewayError>): void {
    const blocks = [...new Set(job.items.map(({ block }) => block))].filter((block) => failed.has(block));
    if (blocks.length === 0) return;
    const piece: Piece = { blocks, trouble: troubleOf(failed.get(blocks[0])!) };
    for (const block of blocks) failed.delete(block);
    this.#setAllBad(blocks, piece.trouble.status);
    this.#program.takeOut(blocks);
    this.#program.troubled.add(piece);
    this.#pieces = [...this.#pieces, piece];
  }

  async #askPiece(piece: Piece): Promise<void> {
    const answers = await this.#askFor(packReads(piece.blocks, this.#program.pduBytes));
    const error = answers.map(({ answer }) => answer).find(isGatewayError);
    if (!error) {
      this.#program.troubled.answered(piece);
      this.#hasRecovered = true;
      return;
    }
    if (troubleOf(error).cost === 'refused') return this.#fault(piece, error);
    this.#setAllBad(piece.blocks, error.status);
    this.#program.troubled.charge({ piece, error });
    await this.#check();
  }

  /** Is it the CPU or what was asked? Asks for something that is answered. */
  async #check(): Promise<void> {
    const job = this.#alive ?? this.#deps.vital.candidate;
    const [{ answer }] = await this.#deps.reader.ask([job]);
    if (isGatewayError(answer) && troubleOf(answer).cost === 'unanswered') throw answer;
    this.#heard(job);
  }

  async #askFor(jobs: readonly ReadJob[]): Promise<readonly BlockAnswer[]> {
    const answers = await this.#deps.reader.ask(jobs);
    for (const answer of answers) this.#take(answer);
    const job = jobs.find(({ items }) =>
      answers.some(({ block, answer }) => block === items[0].block && !isGatewayError(answer)),
    );
    if (job) this.#heard(job);
    return answers;
  }

  /** The CPU is there. What went unanswered before is to blame itself. */
  #heard(job: ReadJob): void {
    this.#alive = job;
    this.#deps.vital.answered(job);
    for (const { piece, error } of this.#program.troubled.takeCharges()) this.#fault(piece, error);
  }

  #fault(piece: Piece, error: GatewayError): void {
    // it may have been dealt with already, when it was charged in the last scan
    if (!this.#program.troubled.has(piece)) return;
    const trouble = troubleOf(error);
    if (trouble.cost === 'refused' && this.#read === 0 && ++this.#refusals >= refusalsThatAreAll) throw error;
    this.#setAllBad(piece.blocks, trouble.status);
    const halves = this.#program.troubled.failed(piece, trouble);
    this.#pieces = [...halves, ...this.#pieces];
    if (halves.length === 0) this.#deps.onTrouble(piece.blocks[0], error);
  }

  #nextPiece(): Piece | undefined {
    this.#pieces = this.#pieces.filter((one) => this.#program.troubled.has(one));
    const piece = this.#pieces.find((one) => this.#isAllowed(one));
    this.#pieces = this.#pieces.filter((one) => one !== piece);
    return piece;
  }

  /** One costly test of what has been left alone, and only in a scan in which all the rest was answered. */
  #isAllowed({ trouble: { cost }, pause }: Piece): boolean {
    const { reader, clock, doubtUntilMs } = this.#deps;
    const nowMs = clock.monotonicMs();
    if (nowMs >= doubtUntilMs || (pause && nowMs < pause.untilMs)) return false;
    if (cost === 'refused') return true;
    if (pause) return reader.unanswered === 0;
    return reader.unanswered < maxUnanswered && this.#program.troubled.waitMs === 0;
  }

  #take({ block, answer, atMs }: BlockAnswer): void {
    if (isGatewayError(answer)) return;
    this.#read++;
    if (typeof answer === 'number') {
      const { status } = explainItem(answer, '', block.db);
      for (const { row } of block.points) this.#setBad(row, status, atMs);
      return;
    }
    for (const { row, address, type } of block.points) {
      this.#open.delete(row);
      // timers and counters are blocks of their own, so a point of theirs begins where its block does
      decodeInto(this.#into, row, address, type, answer, address.start - block.start, atMs);
    }
  }

  /** A block is refused as a whole although only one point of it may be missing: finds out which, and remembers it. */
  async #divide(answers: readonly BlockAnswer[]): Promise<void> {
    const nowMs = this.#deps.clock.monotonicMs();
    const failed = leaves(answers).filter(({ code }) => code !== undefined);
    for (const leaf of failed) if (!isAddressTrouble(leaf.code!)) this.#deps.onMissing(leaf);
    const worthIt = failed.filter(
      ({ block, code }) => isAddressTrouble(code!) && this.#program.isWorthDividing(block, nowMs),
    );
    if (worthIt.length === 0) return;
    const divided = await divide(worthIt, async (blocks) => {
      const pieces = await this.#askFor(packReads(blocks, this.#program.pduBytes));
      const lost = pieces.map(({ answer }) => answer).find(isGatewayError);
      if (lost) throw lost;
      return leaves(pieces).map(({ code }) => code);
    });
    this.#program.learn(divided, nowMs);
    for (const missing of this.#program.missing) this.#deps.onMissing(missing);
  }

  #setAllBad(blocks: readonly ReadBlock[], status: StatusCode): void {
    for (const { points } of blocks) for (const { row } of points) this.#setBad(row, status);
  }

  #setBad(row: number, status: StatusCode, atMs = this.#deps.clock.wallMs()): void {
    this.#open.delete(row);
    this.#into.setBad(row, status, atMs);
  }
}

function leaves(answers: readonly BlockAnswer[]): readonly Leaf[] {
  return answers.map(({ block, answer }) => ({ block, code: typeof answer === 'number' ? answer : undefined }));
}

function isRefusalOfAll(answer: BlockAnswer['answer']): boolean {
  return isGatewayError(answer) && refusalsOfAll.has(answer.code);
}

const refusalsOfAll = new Set(['S7_PUT_GET_DISABLED', 'S7_PASSWORD_NEEDED']);
