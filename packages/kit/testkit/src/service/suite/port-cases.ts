import assert from 'node:assert/strict';
import { freePort, takePort } from './leftovers.js';
import type { ServiceCase } from './service-case.js';
import type { StagedService, ServiceStage } from './service-stage.js';
import { rejectionOf, settled } from './settled.js';

const host = '127.0.0.1';

export const portCases: readonly ServiceCase[] = [
  {
    sentence: 'listens on the port that it is told to (§16.2)',
    aboutPort: true,
    async run(stage) {
      const port = await freePort(host);
      const instance = await stage.start({ port });
      assert.equal(instance.address?.port, port);
      await stage.sees(instance, stage.expected(0));
    },
  },
  {
    sentence: 'rejects with PORT_TAKEN, kind config, and names port and remedy when its port is taken (§16.2)',
    aboutPort: true,
    async run(stage) {
      await using taken = await takePort(0, host);
      const { code, kind, message } = await refusedStart(stage, await stage.make({ port: taken.port }));
      assert.deepEqual([code, kind], ['PORT_TAKEN', 'config'], message);
      assert(message.includes(String(taken.port)), `"${message}" names port ${taken.port}`);
      assert.match(message, remedyOf(stage), `"${message}" says where another port is chosen`);
    },
  },
  {
    sentence: 'leaves nothing behind when its port is taken, and starts once it is free (§16.2)',
    aboutPort: true,
    async run(stage) {
      const taken = await takePort(0, host);
      const before = await stage.openResources();
      const refused = await stage.make({ port: taken.port });
      await refusedStart(stage, refused);
      await settled(refused.stop(), stage.patienceMs, 'stop after a start that failed');
      await stage.nothingLeft(before, refused);
      await taken[Symbol.asyncDispose]();
      const instance = await stage.start({ port: taken.port });
      await stage.sees(instance, stage.expected(0));
    },
  },
];

function refusedStart({ patienceMs }: ServiceStage, { service }: StagedService): ReturnType<typeof rejectionOf> {
  return rejectionOf(service.start(new AbortController().signal), patienceMs, 'start on a port that is taken');
}

/** The option of the command line, or the field of the settings: the word `port` beside the number itself. */
function remedyOf({ definition }: ServiceStage): RegExp {
  return definition.port ? new RegExp(`--${definition.port.option}\\b`) : /\bport\b.*\bport\b/i;
}
