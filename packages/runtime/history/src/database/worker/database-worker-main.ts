import { parentPort, workerData } from 'node:worker_threads';
import { errorToData, silentLogger, systemClock, toGatewayError, type Logger } from '@fieldwarden/core';
import { columnsOver } from '../../records/row-batch.js';
import { DatabaseQueue } from '../queue/database-queue.js';
import type { DatabaseWorkerStart, FromDatabaseWorker, ToDatabaseWorker } from './messages.js';

/** The thread that speaks to the database: a large batch, or a slow server, holds up neither the gateway nor the store on disk. */
const port = parentPort!;
const stateEveryMs = 1_000;

function say(message: FromDatabaseWorker): void {
  port.postMessage(message);
}

const logger: Logger = {
  ...silentLogger,
  warn: (message) => say({ type: 'log', level: 'warn', message }),
  error: (message) => say({ type: 'log', level: 'error', message }),
};

/** Said before the queue was open: done afterwards, in order. */
const early: ToDatabaseWorker[] = [];
const keepEarly = (message: ToDatabaseWorker): void => void early.push(message);
port.on('message', keepEarly);

try {
  const start = workerData as DatabaseWorkerStart;
  serve(await DatabaseQueue.open({ ...start, clock: systemClock, logger, random: Math.random }));
} catch (error) {
  say({ type: 'refused', error: errorToData(toGatewayError(error)) });
  port.close();
}

function serve(queue: DatabaseQueue): void {
  const tell = (): void => say({ type: 'state', state: queue.state });
  const telling = setInterval(tell, stateEveryMs);
  const take = (message: ToDatabaseWorker): void => {
    switch (message.type) {
      case 'define':
        return queue.define(message.tags);
      case 'end':
        return queue.end(message.numbers, message.atMs);
      case 'rows': {
        const { buffer, capacity, count, objects } = message;
        queue.record({ ...columnsOver(buffer, capacity), count, objects: new Map(objects) });
        return say({ type: 'accepted', rows: count });
      }
      case 'limits':
        return queue.setLimits(message.limits);
      case 'close':
        clearInterval(telling);
        return void queue.close().then(() => {
          say({ type: 'closed' });
          port.close();
        });
    }
  };
  port.off('message', keepEarly);
  for (const message of early) take(message);
  port.on('message', take);
  tell();
}
