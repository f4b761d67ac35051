/** What the door of the OPC UA port lets in and keeps (SPEC §10.1). Times in ms. */
export const doorLimits = {
  /** Connections, most of which have not said a word: cheap. */
  connections: 1_024,
  /** Those that have said Hello: the library has a channel for each. */
  channels: 200,
  /** No address has more than this share of either. */
  shareOfAddress: 0.5,

  /** Of one message, before there is a session. */
  strangerMessageBytes: 1_048_576,
  strangerMessageChunks: 16,
  strangerMessageMs: 10_000,
  /** With a session; its size and chunks are what Hello and Acknowledge agreed upon. */
  clientMessageMs: 60_000,
  /** Unfinished messages of all connections together: without a session, and with one. */
  strangersUnfinishedBytes: 64 * 1_048_576,
  clientsUnfinishedBytes: 128 * 1_048_576,

  /** Answers that a peer does not take: beyond, no more of it is read. */
  unsentBytes: 4 * 1_048_576,
  /** The same when all connections together have more unsent than `allUnsentBytes`. */
  unsentBytesUnderPressure: 262_144,
  allUnsentBytes: 64 * 1_048_576,
  /** No more than this is ever kept for a peer: the largest answer, twice. */
  mostUnsentBytes: 32 * 1_048_576,
  /** A peer with more than `unsentBytes` that takes nothing for so long is closed. */
  stuckMs: 10_000,
  /** Requests that are read and wait for their turn, per connection. */
  waitingBytes: 262_144,

  /** After an ERR message the peer has so long to read it. */
  lingerMs: 1_000,
};
