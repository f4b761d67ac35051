import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Clock } from '@fieldwarden/core';
import pidusage from 'pidusage';
import type { MemoryMeasure } from './baseline-store.js';

/** What one process uses. */
export interface ProcessUsage {
  /** Private memory where the system tells it (resident − shared), else the resident set. */
  readonly memoryBytes: number;
  readonly measure: Exclude<MemoryMeasure, 'footprint'>;
  /** Of one core, since the sample before; null at the first one, for which there is nothing to compare with. */
  readonly cpuPercent: number | null;
}

/** Processes that are gone are missing from the answer. Never rejects. */
export type ReadUsages = (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUsage>>;

/**
 * For so long pidusage remembers a process that it is not asked about, and holds its /proc/<pid>/stat open: longer than the
 * longest sample interval, or every CPU reading would be a first one.
 */
const rememberMs = 3 * 60_000;

/**
 * A pid that was gone is not asked for until pidusage has forgotten it for sure. A new process of that pid would otherwise
 * be read through the file of the dead one, and each question would keep that file in memory for longer.
 */
const restMs = 2 * rememberMs;

/** The part of pidusage's answer that is used; of a process that is gone there is none. */
type Usages = Readonly<Record<number, { readonly cpu: number; readonly memory: number } | null | undefined>>;

/** Pages, from proc(5), /proc/<pid>/statm. */
interface Statm {
  readonly resident: number;
  readonly shared: number;
}

export type AskUsages = (pids: readonly number[]) => Promise<Usages>;

/** Reads CPU and memory of many processes at once. `ask`: for tests of what only chance brings about. */
export class ProcessUsageReader {
  readonly #clock: Clock;
  readonly #askUsages: AskUsages;
  readonly #pageBytes = pageBytes();
  /** Processes whose CPU time was read before. */
  readonly #known = new Set<number>();
  readonly #restsUntilMs = new Map<number, number>();

  constructor(clock: Clock, ask: AskUsages = askPidusage) {
    this.#clock = clock;
    this.#askUsages = ask;
  }

  readonly read: ReadUsages = async (pids) => {
    const [usages, statms] = await Promise.all([this.#ask(pids), Promise.all(pids.map(readStatm))]);
    const answer = new Map<number, ProcessUsage>();
    for (const [i, pid] of pids.entries()) {
      const usage = this.#combine(pid, usages[pid], statms[i]);
      if (usage) answer.set(pid, usage);
    }
    return answer;
  };

  /** Alone a dead pid rejects, among others its answer is empty. */
  async #ask(pids: readonly number[]): Promise<Usages> {
    const nowMs = this.#clock.monotonicMs();
    for (const [pid, untilMs] of this.#restsUntilMs) if (untilMs <= nowMs) this.#restsUntilMs.delete(pid);
    const asked = pids.filter((pid) => !this.#restsUntilMs.has(pid));
    if (asked.length === 0) return {};
    const usages: Usages = await this.#askUsages(asked).catch(() => ({}));
    for (const pid of asked) if (!usages[pid]) this.#rest(pid, nowMs);
    return usages;
  }

  #rest(pid: number, nowMs: number): void {
    this.#known.delete(pid);
    this.#restsUntilMs.set(pid, nowMs + restMs);
  }

  #combine(pid: number, usage: Usages[number], statm: Statm | undefined): ProcessUsage | undefined {
    const cpuPercent = usage && this.#known.has(pid) ? usage.cpu : null;
    if (usage) this.#known.add(pid);
    if (statm) {
      const memoryBytes = (statm.resident - statm.shared) * this.#pageBytes;
      return { memoryBytes, measure: 'private', cpuPercent };
    }
    return usage && usage.memory > 0 ? { memoryBytes: usage.memory, measure: 'rss', cpuPercent } : undefined;
  }
}

function askPidusage(pids: readonly number[]): Promise<Usages> {
  return pidusage([...pids], { maxage: rememberMs });
}

/** Undefined when the process is gone, or there is no /proc. A process that waits to be reaped holds no page and counts as gone. */
async function readStatm(pid: number): Promise<Statm | undefined> {
  try {
    const [, resident, shared] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ').map(Number);
    return resident > 0 ? { resident, shared } : undefined;
  } catch {
    return undefined;
  }
}

/** Asking the system takes a child process; our own resident set, known in bytes and in pages, tells it as well. */
function pageBytes(): number {
  try {
    const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]);
    return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages));
  } catch {
    return 4_096;
  }
}
