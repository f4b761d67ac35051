import { NoticeLimit, type Clock, type Logger } from '@fieldwarden/core';
import type { ServiceEvents } from '@fieldwarden/service';

export interface NoticeDependencies {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly events: ServiceEvents | undefined;
}

/** Tells log and events what strangers cause, so that neither is flooded by them. */
export class Notices {
  readonly #deps: NoticeDependencies;
  readonly #limit: NoticeLimit;

  constructor(dependencies: NoticeDependencies) {
    this.#deps = dependencies;
    this.#limit = new NoticeLimit(dependencies.clock);
  }

  /** `subject`: what makes it the same as an earlier one. */
  tell(subject: string, message: string, data: Readonly<Record<string, unknown>>): void {
    const more = this.#limit.admit(subject);
    if (more === undefined) return;
    this.#deps.logger.warn(`${message}${more}`, data);
    this.#deps.events?.append({ message: `${message}${more}`, data });
  }
}
