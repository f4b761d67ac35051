import { expect, test } from 'vitest';
import { KeepingService } from './service/reference/keeping-service.js';
import { memoryDefinition, memoryFixture } from './service/reference/memory-fixture.js';
import { MemoryService } from './service/reference/memory-service.js';
import { applicableCases, describeService } from './service-suite.js';

describeService(memoryFixture());
describeService(memoryFixture(memoryDefinition((context) => new KeepingService(context), { name: 'keeping' })));

test('leaves out the cases that need a knob or a member which is not there', async () => {
  const definition = memoryDefinition(
    (context) => Object.assign(new MemoryService(context), { apply: undefined, request: undefined }),
    { port: undefined },
  );
  const { exercise, settings, tags } = memoryFixture();
  const left = (await applicableCases({ definition, settings, tags, exercise })).map(({ sentence }) => sentence);
  expect(left.filter((sentence) => /PORT_TAKEN|write|storage|does not read|taken over|request/.test(sentence))).toEqual(
    [],
  );
  expect(left.length).toBeGreaterThan(20);
});
