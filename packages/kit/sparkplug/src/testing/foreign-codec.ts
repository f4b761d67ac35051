import protobuf from 'protobufjs';
import { sparkplugProto } from './sparkplug-proto.js';

const payloadType = protobuf.parse(sparkplugProto, { keepCase: true }).root.lookupType('Payload');

/** Plain objects with the names of the .proto; 64-bit numbers as decimal text. */
export type ForeignPayload = Record<string, unknown>;

export function encodeForeign(payload: ForeignPayload): Uint8Array {
  return payloadType.encode(payloadType.fromObject(payload)).finish();
}

export function decodeForeign(bytes: Uint8Array): ForeignPayload {
  return payloadType.toObject(payloadType.decode(bytes), { longs: String, oneofs: true });
}
