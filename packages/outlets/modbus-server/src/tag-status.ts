import { isGood, isUncertain, statusCodes as s, type StatusCode } from '@fieldwarden/core';
import { exceptionCodes, type ModbusException } from './protocol/protocol.js';

export type UncertainPolicy = 'exception' | 'value';

/** Statuses that say: the device behind the gateway was not reached, or not yet. Everything else is a failure of what was reached. */
const notReached: ReadonlySet<StatusCode> = new Set([
  s.BadNoCommunication, s.BadCommunicationError, s.BadTimeout, s.BadRequestTimeout, s.BadNotConnected, s.BadServerNotConnected,
  s.BadConnectionClosed, s.BadConnectionRejected, s.BadDisconnect, s.BadSecureChannelClosed, s.BadSessionClosed,
  s.BadWaitingForInitialData, s.BadWaitingForResponse, s.BadNoData, s.BadOutOfService, s.BadShutdown, s.BadServerHalted,
  s.UncertainLastUsableValue, s.UncertainNoCommunicationLastUsableValue,
]); // prettier-ignore

/** Uncertain statuses whose value is an old one, whatever the policy says. */
const oldValues: ReadonlySet<StatusCode> = new Set([
  s.UncertainLastUsableValue,
  s.UncertainNoCommunicationLastUsableValue,
]);

export const targetFailed: ModbusException = { exception: exceptionCodes.gatewayTargetFailed };
export const deviceFailure: ModbusException = { exception: exceptionCodes.serverDeviceFailure };

/** Undefined when a value of this status may be shown, else what is answered instead (SPEC §10.3). */
export function exceptionOf(status: StatusCode, uncertain: UncertainPolicy): ModbusException | undefined {
  if (isGood(status)) return undefined;
  const code = (status & 0xffff0000) >>> 0;
  if (uncertain === 'value' && isUncertain(status) && !oldValues.has(code)) return undefined;
  return notReached.has(code) ? targetFailed : deviceFailure;
}
