import { isGatewayError, messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { alarmSeverities } from '@fieldwarden/gateway-contract';
import type { ServiceAlarms } from '@fieldwarden/service';

/** How often a directory or a provider is looked at while nobody signs in. */
const lookEveryMs = 60_000;

export interface SourceWatchDependencies {
  /** `directory-away`. */
  readonly conditionId: string;
  /** Resolves when it can be asked. */
  readonly probe: () => Promise<void>;
  readonly alarms: ServiceAlarms;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Whether a place that knows people can be asked: looked at now and then, and told by whoever asks. An alarm while it cannot. */
export class SourceWatch implements Disposable {
  readonly #deps: SourceWatchDependencies;
  #timer: Timer | undefined;
  #isOver = false;
  /** Null: not asked yet. */
  isReachable: boolean | null = null;
  trouble: string | undefined;

  constructor(deps: SourceWatchDependencies) {
    this.#deps = deps;
    void this.#look();
  }

  /** Hands the answer on, and learns from it. */
  async asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      const answered = await answer;
      this.#told(undefined);
      return answered;
    } catch (error) {
      // what is forbidden was answered
      this.#told(isGatewayError(error) && error.kind === 'forbidden' ? undefined : error);
      throw error;
    }
  }

  /** Its alarm ends with it: nobody asks there any more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.[Symbol.dispose]();
    this.#deps.alarms.clear(this.#deps.conditionId);
  }

  async #look(): Promise<void> {
    const { probe, clock, random } = this.#deps;
    await this.asked(probe()).catch(() => undefined);
    if (this.#isOver) return;
    this.#timer = clock.setTimer(() => void this.#look(), lookEveryMs * (0.9 + 0.2 * random()));
    this.#timer.unref();
  }

  #told(error: unknown): void {
    if (this.#isOver) return;
    const { conditionId, alarms, logger } = this.#deps;
    const trouble = error === undefined ? undefined : messageOf(error);
    const isNews = trouble !== this.trouble;
    this.isReachable = trouble === undefined;
    this.trouble = trouble;
    if (!isNews) return;
    if (trouble === undefined) {
      logger.info(`${conditionId}: it can be asked again`);
      alarms.clear(conditionId);
      return;
    }
    logger.warn(`${conditionId}: ${trouble}`);
    alarms.raise({ conditionId, severity: alarmSeverities.high, message: `${trouble}. ${localsGoOn}` });
  }
}

const localsGoOn = 'Local accounts sign in as before; who is signed in already stays for at most 8 hours.';
