export type { OutboxMessage, StoredMessage } from './outbox-message.js';
export { dropReasons, type DropReason, type OutboxLimits, type OutboxState, type TopicState } from './outbox-state.js';
export { Outbox, type OutboxOptions } from './outbox.js';
