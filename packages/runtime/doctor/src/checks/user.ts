import { ok, warn, type Check } from '../check.js';

export const user: Check = {
  id: 'user',
  run({ env }) {
    const uid = process.getuid?.();
    if (uid !== 0) return ok('the gateway needs no rights of the administrator, and has none');
    if (env.container !== undefined) return ok('root of a container');
    return warn('this runs as root', 'run it as a user of its own: the systemd unit in tooling/deploy does');
  },
};
