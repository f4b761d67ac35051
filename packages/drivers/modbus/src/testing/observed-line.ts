import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { Line } from '../line/line.js';
import { modbusOptions, type LineOptions } from '../options.js';
import { FakeWire } from './fake-wire.js';
import { TestExchange, type TestExchangeOptions } from './test-exchange.js';

/** A line to units 0 to 3 whose wire and time are in the test's hands. */
export class ObservedLine {
  readonly clock = new FakeClock();
  readonly wire: FakeWire;
  readonly line: Line;
  readonly #logger = collectingLogger();

  constructor({ wire = new FakeWire(), ...options }: Partial<LineOptions> & { readonly wire?: FakeWire } = {}) {
    this.wire = wire;
    this.line = new Line({
      options: { ...modbusOptions.parse({ host: 'plc' }), timeoutMs: 100, ...options },
      wire,
      clock: this.clock,
      random: () => 0,
      logger: this.#logger,
    });
    for (const unitId of [0, 1, 2, 3])
      this.line.addLane(unitId, { unitId, interRequestDelayMs: 0, postConnectDelayMs: 0 });
  }

  /** The last message with this code. */
  logged(code: string): string | undefined {
    return this.#logger.records.findLast(({ fields }) => fields.code === code)?.message;
  }

  submit(options: TestExchangeOptions): TestExchange {
    const exchange = new TestExchange(options);
    this.line.submit(exchange);
    return exchange;
  }

  /** Connected, with one question out. */
  async asking(options: TestExchangeOptions = { unit: 1, start: 0 }): Promise<TestExchange> {
    const exchange = this.submit(options);
    await this.clock.advance(0);
    return exchange;
  }

  /** Answers whatever is asked until nothing is; the questions in their order. */
  async answerAll(): Promise<string[]> {
    const { connection } = this.wire;
    const from = connection.sent.length - 1;
    for (let answered = from; answered < connection.sent.length; answered += 1) {
      connection.answer();
      await this.clock.advance(0);
    }
    return connection.asked.slice(from);
  }
}
