import { deserialize, serialize } from 'node:v8';
import { messageTooLarge, protocolError } from './channel-error.js';
import { encodeFrame, frameKinds, maxFrameBytes } from './frames.js';
import type { ControlMessage, HostMessage, SupervisorMessage } from '../messages.js';
import { isHostMessage, isSupervisorMessage } from './message-guards.js';

/** Message → frame, by the V8 serializer: NaN, bigint and Uint8Array survive. Throws when it is too large or can't be cloned. */
export function encodeControl(message: ControlMessage): Uint8Array {
  return encodeMessage(message);
}

/** The same for the messages of any channel. */
export function encodeMessage(message: { readonly type: string }): Uint8Array {
  const payload = serialize(message);
  if (payload.length > maxFrameBytes) throw messageTooLarge(`message ${message.type}`, payload.length);
  return encodeFrame(frameKinds.control, payload);
}

/** Payload → message of a Host. Throws kind `protocol` for anything else. */
export function decodeHostMessage(payload: Uint8Array): HostMessage {
  const message = decodeControl(payload);
  if (!isHostMessage(message)) throw protocolError('a message of unknown shape from the Host');
  return message;
}

/** Payload → message of the Supervisor. Throws kind `protocol` for anything else. */
export function decodeSupervisorMessage(payload: Uint8Array): SupervisorMessage {
  const message = decodeControl(payload);
  if (!isSupervisorMessage(message)) throw protocolError('a message of unknown shape from the Supervisor');
  return message;
}

/** Throws kind `protocol` for bytes that are no message at all. */
export function decodeControl(payload: Uint8Array): unknown {
  try {
    return deserialize(payload);
  } catch (error) {
    throw protocolError('a control frame that does not decode', error);
  }
}
