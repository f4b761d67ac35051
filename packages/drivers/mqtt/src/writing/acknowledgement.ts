import { statusCodes } from '@fieldwarden/core';
import type { WriteResult } from '@fieldwarden/driver';
import type { ReceivedMessage } from '../payload/received-message.js';
import { Unfit } from '../payload/unfit.js';

const longestMessage = 200;

const yes = new Set(['ok', 'done', 'success', 'accepted', 'true', '1']);
const no = new Set(['error', 'failed', 'failure', 'nok', 'rejected', 'refused', 'false', '0']);

/**
 * What a device answers to a write: JSON with `outcome` (as the gateway's own MQTT outlet answers), `ok`, `success`, `error` or `result`; or
 * a word such as ok or error. `id`: of the write, where its template tells one; answers to others are undefined. An answer that says
 * nothing of this is a yes where it names the write, else nobody knows.
 */
export function acknowledgementOf(message: ReceivedMessage, id: string | undefined): WriteResult | undefined {
  const { text } = message;
  if (text instanceof Unfit) return undefined;
  const json = message.json(false);
  const group = typeof json === 'object' && json !== null && !(json instanceof Unfit) ? json : undefined;
  if (id !== undefined && !names(group, text, id)) return undefined;
  const verdict = group ? verdictOfGroup(group as Readonly<Record<string, unknown>>) : verdictOfWord(text);
  if (verdict) return verdict;
  return id === undefined ? answered(text) : { outcome: 'done', status: statusCodes.Good };
}

function names(group: object | undefined, text: string, id: string): boolean {
  if (group && Object.hasOwn(group, 'id')) return String((group as { readonly id: unknown }).id) === id;
  return text.includes(id);
}

function verdictOfGroup(group: Readonly<Record<string, unknown>>): WriteResult | undefined {
  const field = (name: string): unknown => (Object.hasOwn(group, name) ? group[name] : undefined);
  const reason = textOf(field('message') ?? field('error') ?? field('reason') ?? field('status'));
  const outcome = field('outcome');
  if (outcome === 'done') return done;
  if (outcome === 'rejected') return rejected(reason);
  if (outcome === 'not-sent') return { outcome, status: statusCodes.BadNoCommunication, message: reason };
  if (outcome === 'unknown') return { outcome, status: statusCodes.BadTimeout, message: reason };
  for (const name of ['ok', 'success']) {
    if (field(name) === true) return done;
    if (field(name) === false) return rejected(reason);
  }
  const error = field('error');
  if (error !== undefined && error !== null && error !== false && error !== '') return rejected(reason);
  return verdictOfWord(textOf(field('result') ?? field('status')));
}

function verdictOfWord(text: string): WriteResult | undefined {
  const word = text.trim().replaceAll('"', '').toLowerCase();
  if (yes.has(word)) return done;
  return no.has(word) ? rejected('') : undefined;
}

const done: WriteResult = { outcome: 'done', status: statusCodes.Good };

function rejected(reason: string): WriteResult {
  const message = reason === '' ? 'the device refused it' : `the device refused it: ${reason.slice(0, longestMessage)}`;
  return { outcome: 'rejected', status: statusCodes.BadDeviceFailure, message };
}

function answered(text: string): WriteResult {
  const message = `the device answered ${JSON.stringify(text.slice(0, longestMessage))}, which says neither yes nor no`;
  return { outcome: 'unknown', status: statusCodes.Uncertain, message };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
