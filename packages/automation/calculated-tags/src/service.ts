import { defineService } from '@fieldwarden/service';
import { CalculatedTags } from './calculated-tags.js';
import { checkSettings } from './check-settings.js';
import { calculatedTagsSettings, tagsOf, type CalculatedTagsSettings } from './settings.js';

/** Tags that are calculated from others, as those change (SPEC §17.2). */
export default defineService<CalculatedTagsSettings>({
  name: 'calculated-tags',
  title: 'Calculated tags',
  version: '1.0.0',
  section: 'calculatedTags',
  rows: 'tags',
  entry: import.meta.url,
  isolation: 'in-process',
  inProcessOnly: true,
  schema: calculatedTagsSettings,
  tags: tagsOf,
  check: checkSettings,
  changesLive: () => true,
  disturbance: { restart: 'its tags are Bad for a moment', stop: 'its tags are gone' },
  create: (context) => new CalculatedTags(context),
});
