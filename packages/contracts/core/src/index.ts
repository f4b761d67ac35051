export { delay, systemClock, type Clock, type Timer } from './clock.js';
export { newCorrelationId } from './correlation.js';
export {
  bigIntegerRanges,
  formatDataType,
  integerRanges,
  isNumericColumn,
  parseDataType,
  scalarTypes,
  type DataType,
  type ScalarType,
} from './data-type.js';
export { isBeyondDeadband } from './deadband.js';
export { didYouMean } from './did-you-mean.js';
export {
  errorFromData,
  errorKinds,
  errorToData,
  GatewayError,
  isGatewayError,
  messageOf,
  reactions,
  toGatewayError,
  type ErrorKind,
  type GatewayErrorData,
  type GatewayErrorInit,
  type Reaction,
  type WriteOutcome,
} from './errors.js';
export { fileProblem } from './file-problem.js';
export { hostFault, plainHost } from './host.js';
export { LiveSecrets, nothingSecret, type Redactor } from './live-secrets.js';
export { silentLogger, type LogFields, type Logger, type LogLevel } from './logger.js';
export { NoticeLimit } from './notice-limit.js';
export { pemCertificates } from './pem-certificates.js';
export { readSmallFile, smallFileText } from './read-small-file.js';
export { isBad, isGood, isUncertain, statusCodes, statusName, type StatusCode, type StatusName } from './status.js';
export { fitsFloat, fromJsonValue, toJsonValue, type DataValue, type ScalarValue, type TagValue } from './value.js';
export { ValueColumns } from './value-columns.js';
export { Turns } from './turns.js';
