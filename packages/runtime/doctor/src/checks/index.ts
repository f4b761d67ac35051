import type { Check } from '../check.js';
import { accounts } from './accounts.js';
import { adminHttp } from './admin-http.js';
import { backup } from './backup.js';
import { certificates } from './certificates.js';
import { clock } from './clock.js';
import { configuration } from './configuration.js';
import { descriptors } from './descriptors.js';
import { disk } from './disk.js';
import { history } from './history.js';
import { homeModes } from './home-modes.js';
import { homeVersion } from './home-version.js';
import { memory } from './memory.js';
import { modbusServer } from './modbus-server.js';
import { mqttTls } from './mqtt-tls.js';
import { opcuaOpen } from './opcua-open.js';
import { ports } from './ports.js';
import { secrets } from './secrets.js';
import { user } from './user.js';
import { versions } from './versions.js';

/** In the order in which they are told. A new check is a file and a line here. */
export const checks: readonly Check[] = [
  accounts, adminHttp, opcuaOpen, mqttTls, modbusServer, ports, certificates, secrets, backup, configuration, clock, disk, history, memory, descriptors,
  homeModes, homeVersion, user, versions,
]; // prettier-ignore
