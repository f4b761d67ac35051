import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import type { OutboxMessage } from '../outbox-message.js';
import type { OutboxLimits } from '../outbox-state.js';
import { Outbox, type OutboxOptions } from '../outbox.js';

export const wideLimits: OutboxLimits = {
  maxMessages: 10_000_000,
  maxBytes: 2 ** 40,
  maxAgeMs: 10 * 365 * 86_400_000,
  warnAt: 1_000,
};

/** `<home>/outbox.mdb`. */
export function openOutbox(home: string, options: Partial<OutboxOptions> = {}): Promise<Outbox> {
  return Outbox.open({
    file: join(home, 'outbox.mdb'),
    name: 'main',
    limits: wideLimits,
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });
}

export function messageOn(topic: string, content: string | Uint8Array = topic, atMs = 1_000): OutboxMessage {
  const payload = typeof content === 'string' ? Buffer.from(content) : content;
  return { topic, payload, qos: 1, retain: true, atMs };
}

/** `topic=payload` of each. */
export function textOf(messages: readonly OutboxMessage[]): readonly string[] {
  return messages.map(({ topic, payload }) => `${topic}=${Buffer.from(payload).toString()}`);
}
