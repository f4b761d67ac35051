import { statusCodes, statusName, type StatusCode } from '@fieldwarden/core';

const s = statusCodes;

/** What a status means for a tag whose device answers. */
const reasons = new Map<StatusCode, string>([
  [s.BadWaitingForInitialData, 'No value has come yet.'],
  [s.BadNoCommunication, 'Its device does not answer.'],
  [s.BadNotConnected, 'Its device is not connected.'],
  [s.BadTimeout, 'No answer came in time.'],
  [s.BadOutOfService, 'It is out of service: nothing runs that could read it.'],
  [s.BadNodeIdUnknown, 'The device has nothing at this address.'],
  [s.BadNotFound, 'The device has nothing at this address.'],
  [s.BadOutOfRange, 'The address is beyond what the device has.'],
  [s.BadConfigurationError, 'The address does not fit the type or the device.'],
  [s.BadUserAccessDenied, 'The device does not let it be read.'],
  [s.BadNotReadable, 'The device does not let it be read.'],
  [s.BadNotSupported, 'The device cannot read this at this address.'],
  [s.BadTypeMismatch, 'The device has another type at this address.'],
  [s.BadDeviceFailure, 'The device reports an error of its own for this address.'],
  [s.BadNoData, 'The device has no value there.'],
  [s.BadNoDataAvailable, 'There is no such value at present.'],
]);

/** A sentence for people; of a status that says nothing special its name. */
export function statusReason(status: StatusCode, dataType: string): string {
  if (status === s.BadDecodingError) return `What the device has there is no ${dataType}.`;
  return reasons.get(status) ?? `The device answered ${statusName(status)}.`;
}

/** The same for a tag that a service brings: what it is made of, and whether it is made at all. */
const reasonsOfOwn = new Map<StatusCode, string>([
  [s.BadWaitingForInitialData, 'It has no value yet.'],
  [s.BadOutOfService, 'Its service does not run.'],
  [s.BadNodeIdUnknown, 'A tag that it is made of is not there.'],
  [s.BadOutOfRange, 'What it comes to cannot be computed, or does not fit its type.'],
  [s.BadConfigurationError, 'It cannot be calculated with the tags that there are.'],
]);

export function reasonOfOwn(status: StatusCode): string {
  return reasonsOfOwn.get(status) ?? `A tag that it is made of is ${statusName(status)}.`;
}
