import type { DriverAnswer } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import { CliError, usageError } from '../cli-error.js';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { Feeds, type FeedListener } from '../monit/feeds.js';
import type { Key } from '../monit/keys.js';
import {
  initialState,
  refreshed,
  withEvents,
  withRecords,
  type MonitState,
  type Notice,
} from '../monit/monit-state.js';
import { pressKey } from '../monit/press-key.js';
import type { Screen } from '../monit/screen.js';
import { screenLines } from '../monit/screen-lines.js';
import { homeText } from './drivers/list.js';
import { hasReached, waitTimeoutMs } from './drivers/operate.js';

/** A live view of the gateway on the whole terminal, until the user leaves it. */
export async function monit(context: CommandContext): Promise<ExitCode> {
  if (context.json) throw usageError('monit has no JSON form. See fieldwarden list --json and events -f --json.');
  const screen = context.screen();
  if (!screen) throw noTerminal();
  return await new Monit(context, screen).run();
}

function noTerminal(): CliError {
  return new CliError({
    exitCode: exitCodes.usage,
    code: 'NO_TERMINAL',
    message: 'monit draws on a terminal, and here is none.',
    remedy: 'For pipes and files use fieldwarden list, events -f or logs -f; all take --json.',
  });
}

/** How long it stays on the screen what became of an action. */
const noticeMs = 10_000;

/** Ages are shown in seconds. */
const tickMs = 1_000;

/** A frame at most that often: what comes in between is drawn together. */
const frameMs = 30;

/** Ties keys and feeds to the state, and the state to the screen. */
class Monit implements FeedListener {
  readonly #context: CommandContext;
  readonly #screen: Screen;
  readonly #quit = new AbortController();
  /** Aborts with the view: by a key or by a signal. */
  readonly #end: AbortSignal;
  readonly #feeds: Feeds;
  #state: MonitState;
  #frame: Disposable | undefined;
  #tick: Disposable | undefined;
  #logOf: string | undefined;
  #crash: { readonly error: unknown } | undefined;

  constructor(context: CommandContext, screen: Screen) {
    this.#context = context;
    this.#screen = screen;
    this.#state = initialState(context.clock.wallMs());
    this.#end = AbortSignal.any([context.interrupted(), this.#quit.signal]);
    this.#feeds = new Feeds(context.client, context.clock, this.#end, this);
  }

  async run(): Promise<ExitCode> {
    await this.#feeds.look(); // a gateway that does not run is said as by every other command
    this.#screen.open({
      key: (key) => this.#pressed(key),
      resized: () => this.#draw(),
      crashed: (error) => this.#crashed(error),
    });
    try {
      await this.#feeds.run();
    } finally {
      this.#frame?.[Symbol.dispose]();
      this.#tick?.[Symbol.dispose]();
      this.#screen.close();
    }
    if (this.#crash) throw this.#crash.error;
    return exitCodes.done;
  }

  figures(...[status, drivers]: Parameters<FeedListener['figures']>): void {
    this.#become(refreshed(this.#state, status, drivers, this.#context.clock.wallMs()));
  }

  lost(why: string): void {
    this.#become({ ...this.#state, lost: why });
  }

  records(...[driverId, records, fresh]: Parameters<FeedListener['records']>): void {
    if (driverId !== this.#state.selected) return;
    this.#become(withRecords(fresh ? { ...this.#state, records: [] } : this.#state, records));
  }

  events(...[events]: Parameters<FeedListener['events']>): void {
    this.#become(withEvents(this.#state, events));
  }

  #pressed(key: Key): void {
    const { state, wish } = pressKey({ ...this.#state, notice: undefined }, key);
    this.#become(state);
    if (wish?.type === 'quit') this.#quit.abort();
    if (wish?.type === 'operate') void this.#operate(wish.action, wish.id);
  }

  async #operate(action: DriverAction, id: string): Promise<void> {
    this.#become({ ...this.#state, notice: { tone: 'warning', text: `${action} ${id} …` } });
    try {
      const path = `/drivers/${encodeURIComponent(id)}/${action}?wait=true`;
      const schema = 'fieldwarden/driver@1';
      const driver = await this.#context.client.call<DriverAnswer>({
        method: 'POST',
        path,
        schema,
        timeoutMs: waitTimeoutMs,
        signal: this.#end,
      });
      const reason = driver.lastError && driver.state === 'Faulted' ? `: ${driver.lastError.message}` : '';
      const text = `${action} ${id}: ${driver.state}, ${homeText(driver)}${reason}`;
      this.#note({ tone: hasReached(action, driver) ? 'good' : 'bad', text });
    } catch (error) {
      this.#note({ tone: 'bad', text: `${action} ${id}: ${errorText(error)}` });
    }
    this.#feeds.hurry();
  }

  #note(notice: Notice): void {
    this.#become({ ...this.#state, notice: { ...notice, untilMs: this.#context.clock.wallMs() + noticeMs } });
  }

  #become(state: MonitState): void {
    if (this.#end.aborted) return; // the terminal is no longer ours
    this.#state = { ...state, nowMs: this.#context.clock.wallMs() };
    const { selected } = state;
    if (selected !== undefined && selected !== this.#logOf) {
      this.#logOf = selected;
      this.#feeds.followLog(selected);
    }
    this.#frame ??= this.#context.clock.setTimer(() => this.#draw(), frameMs);
  }

  #crashed(error: unknown): void {
    this.#crash ??= { error };
    this.#quit.abort();
  }

  #draw(): void {
    this.#frame?.[Symbol.dispose]();
    this.#frame = undefined;
    const { columns, rows } = this.#screen;
    this.#screen.draw(screenLines(this.#state, columns, rows, this.#context.terminal.palette));
    this.#tick?.[Symbol.dispose]();
    this.#tick = this.#context.clock.setTimer(() => this.#become(this.#state), tickMs);
  }
}

function errorText(error: unknown): string {
  if (!(error instanceof CliError)) return String(error);
  const { message, remedy } = error.details;
  return remedy === undefined ? message : `${message} ${remedy}`;
}
