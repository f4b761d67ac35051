import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { promisify } from 'node:util';
import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';

const run = promisify(execFile);

/** Waits itself up to 5 s for the service manager to take the message. */
const notifyTimeoutMs = 10_000;

export interface ServiceNotifyDependencies {
  /** `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, as systemd sets them. */
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Tells systemd how this service is (sd_notify(3)). Node has no unix datagram sockets, so `systemd-notify` sends; the unit needs
 * `NotifyAccess=all`. Without a `NOTIFY_SOCKET` nothing happens at all; a message that cannot be sent is logged once and harms nothing.
 */
export class ServiceNotify implements Disposable {
  readonly #deps: ServiceNotifyDependencies;
  #watchdog: Timer | undefined;
  #last: Promise<void> = Promise.resolve();
  #complained = false;
  #ended = false;

  constructor(deps: ServiceNotifyDependencies) {
    this.#deps = deps;
  }

  /** All ports answer. From now on the watchdog is fed while `livenessUrl` answers 200 and this process turns its event loop. */
  ready(livenessUrl: string, status: string): void {
    if (!this.#isWanted) return;
    void this.#send('READY=1', `STATUS=${status}`);
    const timeoutMs = watchdogTimeoutMs(this.#deps.env);
    if (timeoutMs !== undefined) this.#feedEvery(timeoutMs / 2, livenessUrl);
  }

  /** Resolves once the message was taken, or could not be sent. */
  async stopping(): Promise<void> {
    this[Symbol.dispose]();
    if (this.#isWanted) await this.#send('STOPPING=1', 'STATUS=stopping');
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#watchdog?.[Symbol.dispose]();
  }

  get #isWanted(): boolean {
    return Boolean(this.#deps.env.NOTIFY_SOCKET);
  }

  #feedEvery(intervalMs: number, livenessUrl: string): void {
    if (this.#ended) return;
    this.#watchdog = this.#deps.clock.setTimer(() => {
      this.#feedEvery(intervalMs, livenessUrl);
      void this.#feed(livenessUrl, intervalMs / 2);
    }, intervalMs);
    this.#watchdog.unref();
  }

  async #feed(livenessUrl: string, patienceMs: number): Promise<void> {
    const answered = await answers(livenessUrl, patienceMs);
    if (answered && !this.#ended) await this.#send('WATCHDOG=1');
    else if (!this.#ended) this.#deps.logger.warn('the health port did not answer in time; the watchdog was not fed');
  }

  /** One message after the other: each is a process of its own, and their order matters. */
  #send(...assignments: readonly string[]): Promise<void> {
    this.#last = this.#last.then(async () => await this.#sendNow(assignments));
    return this.#last;
  }

  async #sendNow(assignments: readonly string[]): Promise<void> {
    try {
      await run('systemd-notify', assignments, { env: this.#deps.env, timeout: notifyTimeoutMs });
    } catch (error) {
      if (this.#complained) return;
      this.#complained = true;
      this.#deps.logger.warn(`the service manager cannot be told ${assignments[0]}: ${messageOf(error)}`);
    }
  }
}

/** Undefined where no watchdog waits, or one for another process. A launcher may stand between systemd and this process. */
export function watchdogTimeoutMs({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | undefined {
  const timeoutMs = Number(WATCHDOG_USEC) / 1_000;
  const isOurs = WATCHDOG_PID === undefined || [process.pid, process.ppid].includes(Number(WATCHDOG_PID));
  return isOurs && timeoutMs > 0 ? timeoutMs : undefined;
}

/** `/livez` of this gateway, whatever address it is bound to. */
export function livenessUrl(bind: string, healthPort: number): string {
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind;
  return `http://${host.includes(':') ? `[${host}]` : host}:${healthPort}/livez`;
}

function answers(url: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = get(url, { agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('close', () => resolve(false));
    sent.on('error', () => resolve(false));
  });
}
