import { parentPort, workerData } from 'node:worker_threads';
import { errorToData, silentLogger, systemClock, toGatewayError, type Logger } from '@fieldwarden/core';
import { StoreReader } from '../reading/store-reader.js';
import { columnsOver } from '../records/row-batch.js';
import { HistoryStore } from '../store/history-store.js';
import type { FromWorker, ToWorker, WorkerStart } from './messages.js';

/** The thread in which the store lives: nothing that it does can hold up the gateway. */
const port = parentPort!;
const stateEveryMs = 1_000;

function say(message: FromWorker): void {
  port.postMessage(message);
}

const logger: Logger = { ...silentLogger, error: (message) => say({ type: 'log', message }) };

/** Said before the store was open: done afterwards, in order. */
const early: ToWorker[] = [];
const keepEarly = (message: ToWorker): void => void early.push(message);
port.on('message', keepEarly);

try {
  const store = await HistoryStore.open({
    ...(workerData as WorkerStart),
    clock: systemClock,
    logger,
    accepted: (rows) => say({ type: 'accepted', rows }),
  });
  serve(store);
} catch (error) {
  say({ type: 'refused', error: errorToData(toGatewayError(error)) });
  port.close();
}

function serve(store: HistoryStore): void {
  const reader = new StoreReader(store);
  const tell = (): void => say({ type: 'state', state: store.state });
  const telling = setInterval(tell, stateEveryMs);
  const take = (message: ToWorker): void => {
    switch (message.type) {
      case 'define':
        return store.define(message.tags);
      case 'end':
        return store.end(message.numbers, message.atMs);
      case 'rows': {
        const { buffer, capacity, count, objects } = message;
        return store.record({ ...columnsOver(buffer, capacity), count, objects: new Map(objects) });
      }
      case 'gap':
        return store.gap(message.fromMs);
      case 'limits':
        return store.setLimits(message.limits);
      case 'ask':
        return void answer(message);
      case 'close':
        clearInterval(telling);
        return void store.close().then(() => {
          say({ type: 'closed' });
          port.close();
        });
    }
  };
  const answer = async ({ id, question, request }: Extract<ToWorker, { type: 'ask' }>): Promise<void> => {
    try {
      say({ type: 'answer', id, answer: await reader.ask(question, request) });
    } catch (error) {
      say({ type: 'failed', id, error: errorToData(toGatewayError(error)) });
    }
  };
  port.off('message', keepEarly);
  for (const message of early) take(message);
  port.on('message', take);
  say({ type: 'opened' });
  tell();
}
