import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { replaceFileSync } from '@fieldwarden/storage';
import type { HostName } from '../host-name.js';
import { bootId, processIdentity, type ProcessIdentity } from './process-identity.js';

/** What a process is there for; the spare one belongs to nobody yet. */
type LedgerName = HostName | { readonly spare: true };

type LedgerEntry = ProcessIdentity & LedgerName;

interface LedgerFile {
  readonly bootId: string | undefined;
  readonly hosts: readonly LedgerEntry[];
}

/** Hosts that die or start together cost one write. What a killed gateway had not written yet bears its mark, and is swept by that. */
const restMs = 100;

/**
 * Which processes are Hosts of this gateway, in `<state>/hosts.json`, so that its successor can remove any that outlived it.
 * Written when one starts or ends; a write that fails costs the sweep, nothing else.
 */
export class HostLedger {
  readonly #path: string | undefined;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #entries = new Map<number, LedgerEntry>();
  /** Runs for a while after each write. */
  #rest: Timer | undefined;
  #isUnwritten = false;

  constructor(stateDir: string | undefined, logger: Logger, clock: Clock) {
    this.#clock = clock;
    this.#path = stateDir === undefined ? undefined : join(stateDir, 'hosts.json');
    this.#logger = logger;
  }

  add(name: LedgerName, pid: number): void {
    const identity = this.#path === undefined ? undefined : processIdentity(pid);
    if (!identity) return;
    this.#entries.set(pid, { ...name, ...identity });
    this.#changed();
  }

  remove(pid: number): void {
    if (this.#entries.delete(pid)) this.#changed();
  }

  /** Nothing is left to be written, and no timer. */
  close(): void {
    this.#rest?.[Symbol.dispose]();
    this.#rest = undefined;
    if (this.#isUnwritten) this.#write();
  }

  /**
   * Kills what a previous gateway left: only where pid, start time and boot all match, since pids are given out again. Returns
   * the pids it killed.
   */
  sweep(): readonly number[] {
    const left = this.#read();
    if (left.bootId === undefined || left.bootId !== bootId()) return [];
    const strays = left.hosts.filter(({ pid, startTicks }) => processIdentity(pid)?.startTicks === startTicks);
    for (const { pid, startTicks: _, ...name } of strays) {
      this.#logger.warn('killing a Host that a previous gateway left behind', { ...name, pid });
      killGroup(pid, 'SIGKILL');
    }
    return strays.map(({ pid }) => pid);
  }

  #changed(): void {
    this.#isUnwritten = true;
    if (this.#rest) return;
    this.#write();
    this.#rest = this.#clock.setTimer(() => {
      this.#rest = undefined;
      if (this.#isUnwritten) this.#changed();
    }, restMs);
    this.#rest.unref();
  }

  #read(): LedgerFile {
    const none: LedgerFile = { bootId: undefined, hosts: [] };
    if (this.#path === undefined) return none;
    try {
      const file = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<LedgerFile> | null;
      return { bootId: file?.bootId, hosts: Array.isArray(file?.hosts) ? file.hosts.filter(isEntry) : [] };
    } catch {
      return none;
    }
  }

  #write(): void {
    this.#isUnwritten = false;
    const path = this.#path!;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const content = JSON.stringify({ bootId: bootId(), hosts: [...this.#entries.values()] });
      replaceFileSync(path, content, { durable: false }); // no Host outlives a loss of power
    } catch (error) {
      this.#logger.warn('the list of Hosts could not be written', { path, error: messageOf(error) });
    }
  }
}

function isEntry(value: unknown): value is LedgerEntry {
  const entry = value as Partial<LedgerEntry> | null;
  return Number.isSafeInteger(entry?.pid) && entry!.pid! > 1 && typeof entry?.startTicks === 'string';
}

/** Signals a process and all of its group. False when there is none. */
export function killGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch {
    return false;
  }
}
