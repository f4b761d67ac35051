import { isGatewayError, type Clock } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';
import type { JobAnswer, S7Connection } from '../line/connection.js';
import type { S7Link } from '../line/link.js';
import { BlockAssembler, type BlockAnswer } from '../plan/block-assembler.js';
import type { ReadJob } from '../plan/plan.js';
import { troubleOf } from '../plan/trouble.js';

/** So many exchanges of one scan may go unanswered; then the rest waits for the next one. */
export const maxUnanswered = 3;

export interface JobReaderDependencies {
  readonly link: S7Link;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The next exchange of the call, when it is its turn. */
  readonly turn: <T>(exchange: () => Promise<T>) => Promise<T>;
  /** Told how long a round of jobs took, ms. */
  readonly onMeasured: (tookMs: number) => void;
}

interface OpenJob {
  readonly job: ReadJob;
  answer?: JobAnswer;
  atMs: number;
}

/** Asks for the jobs of one scan; connects again when the connection was lost and something had been answered. */
export class JobReader {
  readonly #deps: JobReaderDependencies;
  readonly #call: CallContext;
  #connection: S7Connection;
  /** The CPU has answered something in this scan. */
  hasAnswered = false;
  /** Exchanges that ended without all their answers. */
  unanswered = 0;

  constructor(connection: S7Connection, call: CallContext, deps: JobReaderDependencies) {
    this.#connection = connection;
    this.#call = call;
    this.#deps = deps;
  }

  /** As many jobs at a time as the CPU takes, so that a write waits for one such round at most. */
  async ask(jobs: readonly ReadJob[]): Promise<readonly BlockAnswer[]> {
    const open = jobs.map((job): OpenJob => ({ job, atMs: 0 }));
    for (let at = 0; at < open.length;) {
      const round = open.slice(at, at + this.#connection.maxParallel);
      await this.#askRound(round);
      at += round.length;
      const failure = round.map(({ answer }) => answer).find(isGatewayError);
      if (failure && at < open.length && this.#isEnough) throw failure;
    }
    const assembler = new BlockAssembler();
    for (const { job, answer, atMs } of open) {
      job.items.forEach((item, k) => assembler.add(item, isGatewayError(answer) ? answer : answer![k], atMs));
    }
    return assembler.answers;
  }

  /** Nobody is there, or too much has gone unanswered: the rest waits for the next scan. */
  get #isEnough(): boolean {
    return !this.hasAnswered || this.unanswered >= maxUnanswered;
  }

  /** A CPU that closes the connection after an answer has not refused what was on its way by then: that is asked for again. */
  async #askRound(round: readonly OpenJob[]): Promise<void> {
    let pending = round;
    for (let hadAnswered = true; pending.length > 0 && hadAnswered;) {
      if (!this.#connection.isOpen && (this.hasAnswered || this.#connection.hasAnswered))
        this.#connection = await this.#deps.link.acquireAgain(this.#call);
      const connection = this.#connection;
      hadAnswered = connection.hasAnswered;
      await this.#exchange(connection, pending);
      hadAnswered ||= connection.hasAnswered;
      pending = pending.filter(({ answer }) => isClosed(answer));
    }
  }

  async #exchange(connection: S7Connection, round: readonly OpenJob[]): Promise<void> {
    const { clock, timeoutMs, turn, onMeasured } = this.#deps;
    const startedMs = clock.monotonicMs();
    const jobs = round.map(({ job }) => job);
    const answers = await turn(() => connection.read(jobs, timeoutMs));
    const atMs = clock.wallMs();
    if (answers.every((answer) => !isGatewayError(answer))) onMeasured(clock.monotonicMs() - startedMs);
    round.forEach((one, i) => Object.assign(one, { answer: answers[i], atMs }));
    if (answers.some(isLost)) this.unanswered++;
    this.hasAnswered ||= answers.some((answer) => !isLost(answer));
  }
}

function isLost(answer: JobAnswer): boolean {
  return isGatewayError(answer) && troubleOf(answer).cost === 'unanswered';
}

function isClosed(answer: JobAnswer | undefined): boolean {
  return isGatewayError(answer) && answer.code === 'S7_CONNECTION_LOST';
}
