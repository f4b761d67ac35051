import { GatewayError, type DataType } from '@fieldwarden/core';
import { filterFault } from '@fieldwarden/mqtt-link';
import { namespace } from '@fieldwarden/sparkplug';
import { noTagOptions } from '../no-tag-options.js';
import type { MqttTagOptions } from '../tag-options.js';
import { parseJsonPath, wholePayload, type JsonPath } from './json-path.js';

/** Where the value of a tag stands in messages. */
export type Selector =
  | { readonly kind: 'json'; readonly path: JsonPath }
  | { readonly kind: 'text' }
  | { readonly kind: 'raw' }
  | {
      readonly kind: 'sparkplug';
      readonly metric: string;
      readonly node: SparkplugNode;
      readonly device: string | undefined;
    };

export interface SparkplugNode {
  readonly group: string;
  readonly node: string;
}

export interface MqttAddress {
  /** What is subscribed for it. */
  readonly filter: string;
  readonly selector: Selector;
}

/** `plant/+/state $.speed`: what follows the filter, after a blank, says what to take of the payload. */
const withSelector = /^(.+?) (\$.*|\/.*|text|raw|sparkplug:.+)$/s;

/**
 * Text of an address, with the tag's own options → address. Pure; throws kind `config` with what is wrong. Where options say what to take of
 * the payload, all of the text is the filter.
 */
export function parseMqttAddress(text: string, type: DataType, options: MqttTagOptions = noTagOptions): MqttAddress {
  const { payload, jsonPath, metric } = options;
  const isSaid = payload !== undefined || jsonPath !== undefined || metric !== undefined;
  const [, filterText, selectorText] = (isSaid ? null : withSelector.exec(text)) ?? [text, text, undefined];
  const fault = filterFault(filterText);
  if (fault !== undefined) throw refused(text, `${JSON.stringify(filterText)} is no topic filter: ${fault}`);
  if (filterText.startsWith('$share/'))
    throw refused(text, 'a shared subscription brings each message to one of several clients; a tag wants all');
  const selector = isSaid ? saidSelector(text, filterText, options) : writtenSelector(text, filterText, selectorText);
  if (selector.kind === 'raw' && type.scalar !== 'bytes' && type.scalar !== 'string')
    throw refused(text, 'raw payloads are for tags of bytes or string');
  if (selector.kind !== 'json') refuseJsonOptions(text, options);
  if (selector.kind !== 'sparkplug') return { filter: filterText, selector };
  // Births, deaths and data of the node and all its devices: one filter, since all of them tell about each.
  const { group, node } = selector.node;
  return { filter: `${namespace}/${group}/+/${node}/#`, selector };
}

function saidSelector(text: string, filter: string, { payload, jsonPath, metric }: MqttTagOptions): Selector {
  if (metric !== undefined) {
    if (payload !== undefined || jsonPath !== undefined)
      throw refused(text, 'a Sparkplug metric has neither payload nor jsonPath');
    return sparkplugSelector(text, filter, metric);
  }
  if (payload === 'text' || payload === 'raw') {
    if (jsonPath !== undefined) throw refused(text, `a payload that is ${payload} has no jsonPath`);
    return { kind: payload };
  }
  return { kind: 'json', path: jsonPath === undefined ? wholePayload : parseJsonPath(jsonPath) };
}

function writtenSelector(text: string, filter: string, selector: string | undefined): Selector {
  if (selector === undefined) {
    if (filter.endsWith(' sparkplug:')) throw refused(text, 'the name of the metric is missing after sparkplug:');
    return { kind: 'json', path: wholePayload };
  }
  if (selector === 'text' || selector === 'raw') return { kind: selector };
  const metric = /^sparkplug:(.+)$/s.exec(selector)?.[1];
  if (metric !== undefined) return sparkplugSelector(text, filter, metric);
  return { kind: 'json', path: parseJsonPath(selector) };
}

function sparkplugSelector(text: string, filter: string, metric: string): Selector {
  const levels = filter.split('/');
  const [space, group, , node, device] = levels;
  const isWild = [group, node, device].some((level) => level === '+' || level === '#');
  if (space !== namespace || node === undefined || levels.length > 5 || isWild)
    throw refused(
      text,
      `a Sparkplug metric is at ${namespace}/<group>/+/<node>, or ${namespace}/<group>/+/<node>/<device>`,
    );
  return { kind: 'sparkplug', metric, node: { group, node }, device };
}

function refuseJsonOptions(text: string, { timePath, qualityPath }: MqttTagOptions): void {
  if (timePath === undefined && qualityPath === undefined) return;
  throw refused(text, 'timePath and qualityPath are for payloads in JSON');
}

export function refused(text: string, why: string): GatewayError {
  return new GatewayError({ code: 'MQTT_ADDRESS', kind: 'config', message: `${JSON.stringify(text)}: ${why}` });
}
