import type { GatewayError, Logger } from '@fieldwarden/core';
import { describeSpan, type Span } from '../address/area.js';
import type { Trouble } from '../plan/trouble.js';

/** More than any unit has; then all are said anew rather than kept. */
const maxReported = 1000;

/** Says what a unit does not read, once for each place: it is tried again and again. */
export class TroubleReports {
  readonly #logger: Logger;
  readonly #reported = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  report(span: Span, { cost }: Trouble, { message, code }: GatewayError): void {
    const where = describeSpan(span);
    if (this.#reported.has(where)) return;
    if (this.#reported.size >= maxReported) this.#reported.clear();
    this.#reported.add(where);
    const what = cost === 'unanswered' ? `${where}: ${message}` : message;
    this.#logger.warn(`${what} (this and possibly other points are left out for a while)`, { code });
  }

  /** Should it be asked for again, what becomes of it is said again. */
  forget(span: Span): void {
    this.#reported.delete(describeSpan(span));
  }
}
