import { BlockList, isIP } from 'node:net';
import { areaFindings, type PlantFacts, type ServiceFinding } from '@fieldwarden/service';
import type { ModbusServerSettings } from '../settings.js';
import type { MapFinding } from './map-entry.js';
import { compileRegisterMap } from './register-map.js';

/** Rules beyond the schema: addresses, overlaps, unknown tags, types that do not fit (SPEC §16.1). Pure. */
export function checkSettings(settings: ModbusServerSettings, plant: PlantFacts): readonly ServiceFinding[] {
  const tagOf = (path: string) => {
    const tag = plant.tag(path);
    return tag && { handle: -1, type: tag.type, access: tag.access };
  };
  return [
    ...checkAllow(settings),
    ...areaFindings(settings.areas, ['areas'], plant),
    ...settings.units.flatMap((unit, i) => [
      ...checkUnitId(settings, i),
      ...compileRegisterMap(unit, tagOf).findings.map((finding) => inUnit(i, finding)),
    ]),
  ];
}

function inUnit(unit: number, { row, field, rule, message, severity }: MapFinding): ServiceFinding {
  return { path: ['units', unit, 'map', row, field], rule, message, severity };
}

function checkUnitId({ units }: ModbusServerSettings, i: number): ServiceFinding[] {
  const { unitId } = units[i];
  if (units.findIndex((unit) => unit.unitId === unitId) === i) return [];
  const message = `unit ${unitId} is there already; put all its rows into one map`;
  return [{ path: ['units', i, 'unitId'], rule: 'modbus-unit-twice', message, severity: 'error' }];
}

function checkAllow({ allow = [] }: ModbusServerSettings): ServiceFinding[] {
  return allow.flatMap((text, i) => {
    if (parseNetwork(text)) return [];
    const message = `${JSON.stringify(text)} is neither an address nor a network such as 10.1.0.0/16`;
    return { path: ['allow', i], rule: 'modbus-allow', message, severity: 'error' as const };
  });
}

interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parseNetwork(text: string): Network | undefined {
  const [address, written, ...rest] = text.trim().split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return undefined;
  const longest = family === 4 ? 32 : 128;
  if (written !== undefined && (!/^\d{1,3}$/.test(written) || Number(written) > longest)) return undefined;
  return { address, prefix: written === undefined ? longest : Number(written), family: family === 4 ? 'ipv4' : 'ipv6' };
}

/** Says of an address whether it may connect. What is no network allows nobody. */
export function allowedAddresses(allow: readonly string[] | undefined): (address: string) => boolean {
  if (!allow) return () => true;
  const list = new BlockList();
  for (const text of allow) {
    const network = parseNetwork(text);
    if (network) list.addSubnet(network.address, network.prefix, network.family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** A dual-stack socket shows IPv4 peers as `::ffff:10.1.0.5`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
