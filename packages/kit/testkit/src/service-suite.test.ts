import { memoryFixture } from './service/reference/memory-fixture.js';
import { describeService } from './service-suite.js';

describeService(memoryFixture());
