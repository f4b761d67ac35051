import { runHost, ServiceServer } from '@fieldwarden/channel/service-host';
import { systemClock } from '@fieldwarden/core';
import { loadService } from './load-service.js';

runHost((port) => new ServiceServer({ ...port, clock: systemClock, pid: process.pid, load: loadService }));
