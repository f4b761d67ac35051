export const maskWriteRegister = 22;

/** Modbus over Serial Line V1.02, 2.1: all units carry out what is sent to it, none answers. */
export const broadcastUnitId = 0;

/** What the answer to the one outstanding request must look like. Filled anew for each request, never replaced. */
export interface ExpectedReply {
  unitId: number;
  functionCode: number;
  /** Unit id + PDU of a positive answer. */
  aduLength: number;
  /** Of a read; −1 when the answer has no byte count. */
  byteCount: number;
}

export interface ExpectedTcpReply extends ExpectedReply {
  transactionId: number;
}

/** MBAP header without the unit id (Modbus Messaging on TCP/IP V1.0b, 3.1.3): transaction, protocol, length. */
export const mbapLength = 6;

/** MBAP header, unit id and function: enough to tell what a frame is. */
export const headLength = mbapLength + 2;

/** `serialFrame`: unit id, PDU, CRC. */
export function expectReplyTo(serialFrame: Buffer, into: ExpectedReply): void {
  into.unitId = serialFrame[0];
  into.functionCode = serialFrame[1];
  into.byteCount = byteCountOfReply(serialFrame[1], serialFrame.readUInt16BE(4));
  // unit id, function and byte count before the data of a read; else the request's own head comes back
  into.aduLength = into.byteCount >= 0 ? 3 + into.byteCount : serialFrame[1] === maskWriteRegister ? 8 : 6;
}

/** −1 for functions whose answers carry no data. */
export function byteCountOfReply(functionCode: number, count: number): number {
  switch (functionCode) {
    case 1:
    case 2:
      return Math.ceil(count / 8);
    case 3:
    case 4:
      return 2 * count;
    default:
      return -1;
  }
}
