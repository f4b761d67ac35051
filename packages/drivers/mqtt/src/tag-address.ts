import type { AddressContext } from '@fieldwarden/driver';
import { parseMqttAddress, refused, type MqttAddress } from './address/address.js';
import type { MqttDeviceOptions } from './options.js';
import type { MqttTagOptions } from './tag-options.js';

/** What the contract asks for: with the tag's access, a tag that says `read-write` must say how. */
export function mqttAddress(
  text: string,
  { type, access, tagOptions }: AddressContext<MqttDeviceOptions>,
): MqttAddress {
  const options = tagOptions as MqttTagOptions | undefined;
  const address = parseMqttAddress(text, type, options);
  if (access !== 'read-write') return address;
  if (options?.write?.topic === undefined && address.selector.kind !== 'sparkplug')
    throw refused(text, 'a tag that is written needs options: { write: { topic: … } }');
  if (
    address.selector.kind === 'sparkplug' &&
    (options?.write?.topic !== undefined || options?.write?.ackTopic !== undefined)
  )
    throw refused(text, 'a Sparkplug metric is written by NCMD or DCMD, which have no topic or answer of their own');
  return address;
}
