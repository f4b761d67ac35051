import type { CheckedDevice, CheckedTag, DriverFinding } from '@fieldwarden/driver';
import type { ModbusDeviceOptions } from '../device-options.js';
import type { ModbusOptions, ModbusRtuOptions } from '../options.js';
import { broadcastUnitId } from '../wire/expected-reply.js';

type Device = CheckedDevice<ModbusDeviceOptions>;

/** Rules of type `modbus` beyond its schemas. Pure. */
export function checkModbus(options: ModbusOptions, devices: readonly Device[]): DriverFinding[] {
  const isTcp = options.transport === 'tcp';
  return [...leniencyFindings(options, isTcp), ...(isTcp ? unitZeroOverTcp(devices) : unitZeroOnLine(devices))];
}

/** Rules of type `modbus-rtu` beyond its schemas. Pure. */
export function checkModbusRtu(_options: ModbusRtuOptions, devices: readonly Device[]): DriverFinding[] {
  return unitZeroOnLine(devices);
}

const leniencies = {
  ignoreTransactionId:
    'answers are taken whatever request they name, so one that the device sends twice may become the value of other tags; only for devices that do not repeat the id',
  tolerateLength: 'the length field of answers is not checked; only for devices that get it wrong',
} as const;

function leniencyFindings(options: ModbusOptions, isTcp: boolean): DriverFinding[] {
  return (['ignoreTransactionId', 'tolerateLength'] as const)
    .filter((name) => options[name])
    .map((name) => ({
      path: ['options', name],
      rule: 'modbus-leniency',
      message: `${name} is on: ${isTcp ? leniencies[name] : 'it has no effect with rtu-over-tcp, whose frames have no such field'}`,
      severity: 'warning',
    }));
}

function unitZeroOverTcp(devices: readonly Device[]): DriverFinding[] {
  return broadcastDevices(devices).map(({ index }) => ({
    path: ['devices', index, 'options', 'unitId'],
    rule: 'modbus-broadcast',
    message:
      'unit 0 is the broadcast of a serial line, and Modbus TCP has none: set the unit id that the device answers to (mostly 1 or 255), ' +
      'or transport: rtu-over-tcp if a serial device server passes RTU frames on',
    severity: 'error',
  }));
}

function unitZeroOnLine(devices: readonly Device[]): DriverFinding[] {
  return broadcastDevices(devices).flatMap(({ index, tags }) =>
    tags.flatMap((tag, at) => broadcastTagFindings(tag, ['devices', index, 'tags', at])),
  );
}

function broadcastTagFindings({ access, verify }: CheckedTag, path: DriverFinding['path']): DriverFinding[] {
  if (access === 'read-only') {
    const message =
      'unit 0 is the broadcast, which no unit answers: this tag can never be read. Set access: read-write if it is to be written to all units, ' +
      'or move it to the device of the unit that has it';
    return [{ path: [...path, 'access'], rule: 'modbus-broadcast-read', message, severity: 'error' }];
  }
  if (!verify) return [];
  const message = 'unit 0 is the broadcast, which no unit answers: nothing can be read back, verify has no effect';
  return [{ path: [...path, 'verify'], rule: 'modbus-broadcast-verify', message, severity: 'warning' }];
}

function broadcastDevices(
  devices: readonly Device[],
): readonly { readonly index: number; readonly tags: readonly CheckedTag[] }[] {
  return devices.flatMap(({ options, tags }, index) => (options?.unitId === broadcastUnitId ? [{ index, tags }] : []));
}
