import type { Benchmark } from '../benchmark.js';
import { alarms } from './alarms.js';
import { audit } from './audit.js';
import { deadDevice } from './dead-device.js';
import { console } from './console.js';
import { expressions } from './expressions.js';
import { health } from './health.js';
import { history } from './history/history.js';
import { hostChannel } from './host-channel.js';
import { invoker } from './invoker.js';
import { outletIsolation } from './outlet-isolation.js';
import { opcUaClient } from './opcua-client.js';
import { outbox } from './outbox.js';
import { poll } from './poll.js';
import { promotion } from './promotion.js';
import { publish } from './publish.js';
import { recovery } from './recovery.js';
import { serviceMirror } from './service-mirror.js';
import { signIn } from './sign-in.js';
import { snapshot } from './snapshot.js';
import { sparkplug } from './sparkplug.js';
import { supervisor } from './supervisor.js';
import { alarmJournal } from './alarm-journal.js';
import { writeUnderLoad } from './write-under-load.js';

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  invoker,
  hostChannel,
  serviceMirror,
  outletIsolation,
  outbox,
  opcUaClient,
  sparkplug,
  expressions,
  alarms,
  history,
  poll,
  writeUnderLoad,
  deadDevice,
  recovery,
  supervisor,
  promotion,
  snapshot,
  publish,
  console,
  signIn,
  health,
  audit,
  alarmJournal,
];
