import type { LogRecord } from '@fieldwarden/gateway-contract';
import { errorToData, isGatewayError, type LogFields, type LogLevel } from '@fieldwarden/core';

/** Most severe first, as winston counts. */
export const levelRanks: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** Longer messages are cut: a line is read by people. */
export const maxMessageLength = 16 * 1024;

export function makeRecord(level: LogLevel, message: string, fields: LogFields, wallMs: number): LogRecord {
  return {
    timestamp: new Date(wallMs).toISOString(),
    level,
    message: message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message,
    ...plainFields(fields),
  };
}

/** A field must not pass for one of these. */
const ownNames: ReadonlySet<string> = new Set(['timestamp', 'level', 'message']);

function plainFields(fields: LogFields): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || ownNames.has(name)) continue;
    plain[name] = value instanceof Error ? plainError(value) : value;
  }
  return plain;
}

/** An Error has no enumerable fields: as it is, it would come out as `{}`. */
function plainError(error: Error): Record<string, unknown> {
  if (isGatewayError(error)) return { ...errorToData(error) };
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause instanceof Error && { cause: String(cause) }) };
}

/** One line of `logs/fieldwarden.jsonl`. Whatever a field holds, this gives a line. */
export function toJsonLine(record: LogRecord): string {
  try {
    return JSON.stringify(record, jsonValue);
  } catch (error) {
    const { timestamp, level, message, driverId } = record;
    return JSON.stringify({ timestamp, level, message, driverId, unserializable: String(error) });
  }
}

function jsonValue(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? plainError(value) : value;
}

/** `2026-01-31T12:00:00.000Z warn  packaging/filler read failed code=MODBUS_TIMEOUT` */
export function toTextLine(record: LogRecord): string {
  return `${record.timestamp} ${describe(record)}`;
}

/** The same with the local time of day: what somebody in front of the terminal wants to know. */
export function toConsoleLine(record: LogRecord): string {
  return `${new Date(record.timestamp).toTimeString().slice(0, 8)} ${describe(record)}`;
}

function describe(record: LogRecord): string {
  const { timestamp: _at, level, message, driverId, device, driverType: _type, ...rest } = record;
  const where = [driverId, device].filter((part) => typeof part === 'string').join('/');
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${fieldText(value)}`);
  return printable([level.padEnd(5), where, message, ...fields].filter((part) => part !== '').join(' '));
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isErrorData(value)) return `${value.code ?? value.name} ${JSON.stringify(value.message)}`;
  try {
    return JSON.stringify(value, jsonValue);
  } catch {
    return '(unserializable)';
  }
}

function isErrorData(value: object): value is { code?: string; name?: string; message: string } {
  const { code, name, message } = value as { code?: unknown; name?: unknown; message?: unknown };
  return typeof message === 'string' && (typeof code === 'string' || typeof name === 'string');
}

/**
 * Devices and clients choose parts of what is logged: none of it may start a line that looks like a record of ours, or steer
 * a terminal.
 */
function printable(text: string): string {
  return text.replace(/\r?\n/g, '\n    ').replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}
