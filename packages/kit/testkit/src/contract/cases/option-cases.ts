import assert from 'node:assert/strict';
import { asStableError } from './exchange.js';
import type { ContractCase } from './contract-case.js';

const strayField = { noDriverHasAFieldOfThisName: 1 };

export const optionCases: readonly ContractCase[] = [
  {
    sentence: 'accepts its options as written in a plant document',
    run({ definition, device }) {
      assert.doesNotThrow(() => definition.options.parse(device.options));
      for (const { options } of device.devices) assert.doesNotThrow(() => definition.deviceOptions.parse(options));
    },
  },
  {
    sentence: 'refuses option fields it does not know',
    run({ definition, device }) {
      const stray = { ...(device.options as object), ...strayField };
      assert.equal(definition.options.safeParse(stray).success, false, 'driver options');
      for (const { options } of device.devices) {
        const strayDevice = { ...(options as object), ...strayField };
        assert.equal(definition.deviceOptions.safeParse(strayDevice).success, false, 'device options');
      }
    },
  },
  {
    sentence: 'parses the address of every point it can read or write',
    run({ definition, device }) {
      const entry = device.devices.find(({ id }) => id === device.deviceId);
      assert(entry, `the fixture has no device ${device.deviceId}`);
      const deviceOptions = definition.deviceOptions.parse(entry.options);
      for (const { point } of [...device.readable, ...(device.writable ?? [])]) {
        definition.address(point.address, { type: point.type, deviceOptions });
      }
    },
  },
  {
    sentence: 'says what is wrong with an address that it cannot parse, with kind config',
    needs: ['unparsable'],
    run({ definition, device }) {
      const { address, type } = device.unparsable!;
      const entry = device.devices.find(({ id }) => id === device.deviceId);
      const deviceOptions = definition.deviceOptions.parse(entry?.options);
      try {
        definition.address(address, { type, deviceOptions });
      } catch (error) {
        assert.equal(asStableError(error).kind, 'config');
        return;
      }
      assert.fail(`${address} was parsed`);
    },
  },
];
