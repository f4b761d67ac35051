/** What stands at the beginning of a stream of requests. */
export type CutRequest =
  | { readonly kind: 'incomplete' }
  /** Bytes that begin no request; the next attempt begins behind them. */
  | { readonly kind: 'noise'; readonly length: number }
  /** Nothing that follows can be understood any more: the connection is cut. */
  | { readonly kind: 'broken' }
  | {
      readonly kind: 'request';
      readonly length: number;
      /** 0 where the framing has none. */
      readonly transactionId: number;
      readonly unitId: number;
      /** A view into the stream. */
      readonly pdu: Buffer;
    };

/** How requests and answers lie in a stream. */
export interface ModbusSimFraming {
  readonly name: 'tcp' | 'rtu';
  cut(stream: Buffer): CutRequest;
  frame(transactionId: number, unitId: number, pdu: Buffer): Buffer;
}
