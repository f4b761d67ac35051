/** A third party's driver that lets its secret out in every way it can; `how` says which. */
export const leakyDriver = `import { z } from 'zod';

class Leaky {
  #context;
  #secret;

  constructor(context) {
    this.#context = context;
    this.#secret = context.options.secret;
  }

  async open() {
    const { how } = this.#context.options;
    const { logger } = this.#context;
    logger.warn('signing in with ' + this.#secret, { password: this.#secret, nested: { list: [this.#secret] } });
    logger.error('failed', { error: new Error('wrong password ' + this.#secret) });
    console.log('printed ' + this.#secret);
    console.error('printed to stderr ' + this.#secret);
    if (how === 'open') throw new Error('the device refused ' + this.#secret);
    if (how === 'crash') setTimeout(() => { throw new Error('nobody caught ' + this.#secret); }, 200);
  }

  prepareRead(deviceId, points) {
    return { deviceId, points };
  }

  async read() {
    throw new Error('no answer to ' + this.#secret);
  }

  async probe() {
    throw new Error('no answer to ' + this.#secret);
  }

  async write(deviceId, items) {
    throw new Error('cannot write as ' + this.#secret);
  }

  async discover() {
    throw new Error('cannot browse as ' + this.#secret);
  }

  async subscribeAlarms(deviceId, sink) {
    sink.push([{
      eventId: 'e1', conditionId: 'door', source: 'door', message: 'opened with ' + this.#secret, severity: 500,
      active: true, acknowledged: false, retain: true, atMs: Date.now(),
    }]);
    return { deviceId };
  }

  async unsubscribeAlarms() {}

  async close() {}
}

export default {
  type: 'leaky', version: '1.0.0', tier: 'C', entry: import.meta.url,
  options: z.object({ secret: z.string(), how: z.string() }),
  deviceOptions: z.object({}),
  address: (text) => text,
  create: (context) => new Leaky(context),
};
`;
