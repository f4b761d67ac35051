import type { Outbox } from '@fieldwarden/outbox';
import type { ServiceContext } from '@fieldwarden/service';
import type { OutboxNews } from './news/outbox-news.js';
import { outboxFileOf } from './outbox-file-of.js';
import type { MqttOutletSettings } from './settings.js';

export interface OpenOutboxOptions {
  readonly context: ServiceContext<MqttOutletSettings>;
  /** One of the file's outboxes. */
  readonly name: string;
  /** As they are now: an outlet takes others over while it runs. */
  readonly settings: () => MqttOutletSettings;
  readonly news: OutboxNews;
}

/** Loads the store of messages only now: a gateway without an outlet does without. */
export async function openOutbox({ context, name, settings, news }: OpenOutboxOptions): Promise<Outbox> {
  const { Outbox: Box } = await import('@fieldwarden/outbox');
  const { clock, logger } = context;
  return await Box.open({
    file: outboxFileOf(context),
    name,
    limits: settings().outbox,
    clock,
    logger,
    changed: (state) => news.changed(state, settings().outbox.warnAt),
  });
}
