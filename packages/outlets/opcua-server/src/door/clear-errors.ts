import { StatusCodes, type StatusCode as UaStatusCode } from 'node-opcua';
import { errorFrame, Refusal } from './frame-reader.js';

/** What the library says why it ends a connection; and what a client can act on (OPC 10000-6, 7.1.2.5; OPC 10000-4, 5.5). */
const clearer: readonly (readonly [pattern: RegExp, status: UaStatusCode, reason: string])[] = [
  [/sequence number/i, StatusCodes.BadSequenceNumberInvalid, 'the sequence number is not the next one'],
  [/security token/i, StatusCodes.BadSecureChannelTokenUnknown, 'the channel has no such token'],
  [/channelId|secure channel id/i, StatusCodes.BadTcpSecureChannelUnknown, 'there is no such channel here'],
  [/security policy|SecurityPolicy/i, StatusCodes.BadSecurityPolicyRejected, 'this security policy is not served'],
  [/signature|decrypt|encrypted/i, StatusCodes.BadSecurityChecksFailed, 'a message is not secured as it has to be'],
];

/** The library ends most connections with the same code, whatever is wrong: an ERR message that says what it is. */
export function clearError(frame: unknown): unknown {
  if (!Buffer.isBuffer(frame) || frame.length < 16 || frame.toString('latin1', 0, 3) !== 'ERR') return frame;
  const said = frame.toString('utf8', 16);
  const found = clearer.find(([pattern]) => pattern.test(said));
  return found ? errorFrame(new Refusal(found[1], found[2])) : frame;
}
