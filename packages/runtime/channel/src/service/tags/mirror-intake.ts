import type { Clock, Logger } from '@fieldwarden/core';
import type { ColumnsHeader } from '../../wire/columns-codec.js';
import { protocolError } from '../../wire/channel-error.js';
import { definitionsOf } from './definition-columns.js';
import {
  tagCredits,
  tagFrames,
  type TagsCompleteMessage,
  type TagsDefinedMessage,
  type TagsRedefinedMessage,
  type TagsRemovedMessage,
} from '../service-messages.js';
import { MirrorCurrency } from './mirror-currency.js';
import { CarriedColumns } from './tag-columns.js';
import { TagMirror } from './tag-mirror.js';

export type TagsMessage = TagsDefinedMessage | TagsRedefinedMessage | TagsRemovedMessage | TagsCompleteMessage;

export interface MirrorIntakeDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly giveCredits: (amount: number) => void;
  readonly askSync: (round: number) => void;
}

/** In a Host: takes what the gateway says of its tags into the mirror, and gives credits back. */
export class MirrorIntake {
  readonly mirror: TagMirror;
  readonly currency: MirrorCurrency;
  /** Resolves when every tag is there with its value. */
  readonly complete: Promise<void>;
  readonly #giveCredits: (amount: number) => void;
  readonly #resolve: () => void;
  #columns = new CarriedColumns(0);
  #unpaid = 0;
  /** Messages taken in, for the progress that `pong` shows. */
  taken = 0;

  constructor({ clock, logger, giveCredits, askSync }: MirrorIntakeDependencies) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.complete = promise;
    this.#resolve = resolve;
    this.#giveCredits = giveCredits;
    this.currency = new MirrorCurrency({ clock, askSync, changed: () => this.mirror.tellAll() });
    this.mirror = new TagMirror(logger, this.currency);
  }

  /** Throws kind `protocol` for definitions that are none. */
  message(message: TagsMessage): void {
    switch (message.type) {
      case 'tags-defined':
        this.mirror.define(message.handles, definitionsOf(message.columns, message.handles.length));
        break;
      case 'tags-redefined':
        this.mirror.redefine(message.handles, definitionsOf(message.columns, message.handles.length));
        break;
      case 'tags-removed':
        this.mirror.remove(message.handles);
        break;
      case 'tags-complete':
        this.#resolve();
    }
    this.#took();
  }

  /** Throws kind `protocol` for a frame that does not fit. */
  values(header: ColumnsHeader, payload: Uint8Array): void {
    if (header.id !== tagFrames.changes && header.id !== tagFrames.refresh) throw protocolError('values of nothing');
    if (this.#columns.length < header.length) this.#columns = new CarriedColumns(header.length);
    this.#columns.decode(header, payload, this.mirror.end);
    this.mirror.apply(this.#columns, header.length, header.id === tagFrames.changes);
    this.#took();
  }

  /** In lots, to spare messages. */
  #took(): void {
    this.taken += 1;
    this.#unpaid += 1;
    if (this.#unpaid < tagCredits / 2) return;
    const amount = this.#unpaid;
    this.#unpaid = 0;
    this.#giveCredits(amount);
  }
}
