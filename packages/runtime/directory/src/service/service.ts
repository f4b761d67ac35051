import { defineService } from '@fieldwarden/service';
import { accessSettings, type AccessSettings } from '../settings/access-settings.js';
import { checkSettings } from '../settings/check-settings.js';
import { AccessService } from './access-service.js';

/**
 * Who comes in from a directory or a provider, and what groups allow (SPEC §13.1).
 *
 * In-process by default: it speaks to servers that the plant names, and a handful of questions a minute. It works in a process of its own
 * as well. Roles, sessions and the console for everybody are read by the gateway itself, also while this service is Faulted.
 */
export default defineService<AccessSettings>({
  name: 'access',
  title: 'Access control',
  version: '1.0.0',
  section: 'access',
  entry: import.meta.url,
  isolation: 'in-process',
  disturbance: {
    restart: 'sign-ins at the provider that are under way have to be begun anew',
    stop: 'people of the directory and of the provider cannot sign in any more',
  },
  schema: accessSettings,
  check: checkSettings,
  changesLive: () => true,
  create: (context) => new AccessService(context),
});
