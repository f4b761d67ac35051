import { GatewayError } from '@fieldwarden/core';
import { sparkplugTypeName, type SparkplugType } from './data-types.js';

/** A value that we were given for sending. */
export function unfit(value: unknown, type: SparkplugType): GatewayError {
  const message = `${shown(value)} does not fit the Sparkplug type ${sparkplugTypeName(type)}`;
  return new GatewayError({ code: 'SPARKPLUG_VALUE_UNFIT', kind: 'config', message });
}

/** A value that came. */
export function undecodable(what: string, type: SparkplugType): GatewayError {
  const message = `A Sparkplug value of type ${sparkplugTypeName(type)} cannot be read: ${what}`;
  return new GatewayError({ code: 'SPARKPLUG_VALUE', kind: 'protocol', message });
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const text = String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
