/** Where the version of the protocol stands in a CONNECT packet, behind "MQTT" and its length. */
const versionBehindName = 4;

/** The CONNACK that says "not authorized" in the version of the CONNECT packet: MQTT 5, 3.2.2.2 (0x87); MQTT 3.1.1, 3.2.2.3 (5). */
export function refusalOf(connect: Uint8Array): Buffer {
  const name = Buffer.from(connect).indexOf('MQTT');
  const isVersion5 = name >= 0 && connect[name + versionBehindName] === 5;
  return isVersion5 ? Buffer.from([0x20, 3, 0, 0x87, 0]) : Buffer.from([0x20, 2, 0, 5]);
}
