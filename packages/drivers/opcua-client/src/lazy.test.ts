import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Names all modules that are asked for while the driver's definition is loaded. */
const script = `
import { registerHooks } from 'node:module';
const asked = [];
registerHooks({ resolve: (name, context, next) => (asked.push(name), next(name, context)) });
await import('@fieldwarden/driver-opcua-client');
console.log(JSON.stringify(asked));
`;

test('a plant without OPC UA does not load the OPC UA stack', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
  });
  const asked = JSON.parse(stdout) as readonly string[];
  expect(asked).toContain('./session.js');
  expect(asked.filter((name) => name.startsWith('node-opcua'))).toEqual([]);
});
