import { sparkplugProto } from '@fieldwarden/sparkplug/testing';
import protobuf from 'protobufjs';

/** What a Sparkplug library on protobufjs does for each message: plain objects in and out. */
export interface SparkplugPeer {
  encode(payload: object): Uint8Array;
  decode(bytes: Uint8Array): object;
}

export function protobufjsPeer(): SparkplugPeer {
  const type = protobuf.parse(sparkplugProto, { keepCase: true }).root.lookupType('Payload');
  return {
    encode: (payload) => type.encode(type.create(payload)).finish(),
    decode: (bytes) => type.decode(bytes),
  };
}
