import type { CheckedTag } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { modbusDeviceOptions, modbusRtuDeviceOptions } from '../device-options.js';
import { checkModbus, checkModbusRtu } from './option-rules.js';
import { modbusOptions, modbusRtuOptions } from '../options.js';

const readOnly: CheckedTag = { access: 'read-only', verify: false };
const writable: CheckedTag = { access: 'read-write', verify: false };
const verified: CheckedTag = { access: 'read-write', verify: true };

function found(options: object, unitId: number, ...tags: readonly CheckedTag[]): string[] {
  const devices = [
    { options: undefined, tags: [readOnly] },
    { options: modbusDeviceOptions.parse({ unitId }), tags },
  ];
  return checkModbus(modbusOptions.parse({ host: 'plc', ...options }), devices).map(shown);
}

const shown = ({ path, rule, severity }: ReturnType<typeof checkModbus>[number]): string =>
  `${severity} ${rule} ${path.join('.')}`;

describe('unit 0 (§9.1)', () => {
  it('is refused with Modbus TCP, which has no broadcast', () => {
    expect(found({}, 0, writable)).toEqual(['error modbus-broadcast devices.1.options.unitId']);
    expect(found({}, 1, writable, readOnly, verified)).toEqual([]);
  });

  it('is for writing on a serial line, also one behind a TCP connection: a tag that is to be read is refused', () => {
    const expected = [
      'error modbus-broadcast-read devices.1.tags.1.access',
      'warning modbus-broadcast-verify devices.1.tags.2.verify',
    ];
    expect(found({ transport: 'rtu-over-tcp' }, 0, writable, readOnly, verified)).toEqual(expected);
    expect(found({ transport: 'rtu-over-tcp' }, 1, writable, readOnly, verified)).toEqual([]);
    const device = { options: modbusRtuDeviceOptions.parse({ unitId: 0 }), tags: [readOnly, writable] };
    expect(checkModbusRtu(modbusRtuOptions.parse({ port: '/dev/ttyUSB0' }), [device]).map(shown)).toEqual([
      'error modbus-broadcast-read devices.0.tags.0.access',
    ]);
  });
});

it.each(['ignoreTransactionId', 'tolerateLength'])(
  '%s is a warning when it is on, also where it has no effect',
  (name) => {
    expect(found({ [name]: true }, 1)).toEqual([`warning modbus-leniency options.${name}`]);
    expect(found({ [name]: true, transport: 'rtu-over-tcp' }, 1)).toEqual([`warning modbus-leniency options.${name}`]);
    const [{ message }] = checkModbus(
      modbusOptions.parse({ host: 'plc', [name]: true, transport: 'rtu-over-tcp' }),
      [],
    );
    expect(message).toContain('no effect with rtu-over-tcp');
  },
);
