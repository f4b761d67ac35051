/** What is to be sent. The outbox copies it. */
export interface OutboxMessage {
  /** At most 65,535 bytes of UTF-8. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Time of its content, ms since 1970. Its age is counted from `append`, whatever stands here. */
  readonly atMs: number;
}

export interface StoredMessage extends OutboxMessage {
  /** At most 2^53 − 1; grows from message to message and is never given twice, whatever ends the process. */
  readonly sequence: number;
}
