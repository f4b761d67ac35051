import { defineService } from '@fieldwarden/service';
import { checkSettings } from './check-settings.js';
import { InternalTags } from './internal-tags.js';
import { internalTagsSettings, tagsOf, type InternalTagsSettings } from './settings.js';

/** Tags that live in the gateway itself (SPEC §17.1): written by every outlet like a device's, kept over restarts. */
export default defineService<InternalTagsSettings>({
  name: 'internal-tags',
  title: 'Internal tags',
  version: '1.0.0',
  section: 'internalTags',
  rows: 'tags',
  entry: import.meta.url,
  isolation: 'in-process',
  inProcessOnly: true,
  schema: internalTagsSettings,
  tags: tagsOf,
  check: checkSettings,
  changesLive: () => true,
  disturbance: { restart: 'its tags are Bad for a moment', stop: 'its tags are gone, with their values' },
  create: (context) => new InternalTags(context),
});
