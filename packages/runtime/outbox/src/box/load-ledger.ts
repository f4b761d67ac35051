import type { FoundRecord, OutboxDatabase } from '../file/outbox-database.js';
import { dropReasons } from '../outbox-state.js';
import { messageFacts } from '../records/message-record.js';
import { recordKinds, type RecordKind } from '../records/record-key.js';
import { decodeText, decodeTopic } from '../records/topic-record.js';
import { MessageLedger } from './message-ledger.js';

export interface LoadedLedger {
  readonly ledger: MessageLedger;
  /** Of the newest message in the file; 0 if there is none. */
  readonly lastSequence: number;
}

/** Read without letting others run. */
const batchSize = 1_000;

/**
 * What stands in the file of one outbox. Records that are damaged, or that the check left out, show as counters that do not fit: what is missing is
 * counted as dropped by the disk. `dropped`: in all, as it was written.
 */
export async function loadLedger(
  database: OutboxDatabase,
  box: number,
  dropped: readonly number[] | undefined,
): Promise<LoadedLedger> {
  const ledger = new MessageLedger(database, box);
  await loadTopics(database, box, ledger);
  let lastSequence = 0;
  for await (const found of allOf(database, recordKinds.message, box)) {
    lastSequence = found.number;
    const { topicNumber, payloadBytes } = messageFacts(found.record);
    const topic = found.isSound ? ledger.topics.numbered(topicNumber) : undefined;
    if (topic) {
      topic.pending += 1;
      ledger.pending += 1;
      ledger.bytes += payloadBytes + topic.nameBytes;
    } else ledger.lose(found);
  }
  const missing = settleCounters(ledger);
  restoreDropped(ledger, dropped, missing);
  return { ledger, lastSequence };
}

async function loadTopics(
  database: OutboxDatabase,
  box: number,
  { topics, topicWrites }: MessageLedger,
): Promise<void> {
  for await (const { number, record, isSound } of allOf(database, recordKinds.topic, box)) {
    if (!isSound) continue;
    const counters = decodeTopic(record);
    topics.restore(number, counters.name).takeOver(counters);
  }
  for await (const { number, record, isSound } of allOf(database, recordKinds.topicName, box))
    if (isSound) topics.restore(number, decodeText(record)).isNamed = true;
  for (const topic of topics.all()) if (!topic.isNamed) topicWrites.now(topic);
}

/** How many messages are missing. */
function settleCounters({ topics, topicWrites }: MessageLedger): number {
  let missing = 0;
  for (const topic of topics.all()) {
    const more = topic.appended - topic.acknowledged - topic.droppedInAll - topic.pending;
    if (more === 0) continue;
    if (more < 0)
      topic.appended -= more; // its counters were lost
    else {
      topic.count('disk', more);
      missing += more;
    }
    topicWrites.now(topic);
  }
  return missing;
}

function restoreDropped(ledger: MessageLedger, dropped: readonly number[] | undefined, missing: number): void {
  // Of topics that are not known any more there are no counters but in the sum.
  const unknown = Math.max(0, ledger.damaged - missing);
  for (const [index, reason] of dropReasons.entries()) {
    const ofTopics = [...ledger.topics.all()].reduce((sum, topic) => sum + topic.dropped()[index], 0);
    const inAll = (dropped?.[index] ?? 0) + (reason === 'disk' ? missing + unknown : 0);
    ledger.dropped[index] = Math.max(ofTopics, inAll);
  }
  ledger.damaged = Math.max(ledger.damaged, missing);
}

async function* allOf(database: OutboxDatabase, kind: RecordKind, box: number): AsyncGenerator<FoundRecord> {
  for (let after = -1, more = true; more;) {
    const batch = database.batch(kind, box, after, batchSize);
    more = batch.length === batchSize;
    after = batch.at(-1)?.number ?? after;
    yield* batch;
    if (more) await nextTurn();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
