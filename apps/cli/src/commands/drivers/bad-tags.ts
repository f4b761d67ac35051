import type { DriverDetailAnswer, TagDetail, TagPage, TagValueAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { table } from '../../output/columns.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { statusText } from '../../output/values.js';
import { counted } from '../gateway/status.js';

/** More of them have the same reason, mostly. */
const shownTags = 10;

/** Those of devices that do not answer are among them, and not meant. */
const askedTags = 1_000;

/** The first tags of a driver that are Bad, with all that is known of them; none is asked for where none is. */
export async function badTagsOf(
  { client }: CommandContext,
  { id, tagsBad, devices }: Pick<DriverDetailAnswer, 'id' | 'tagsBad' | 'devices'>,
): Promise<readonly TagDetail[]> {
  if (tagsBad === 0) return [];
  const query = new URLSearchParams({ driver: id, bad: 'true', limit: String(askedTags) });
  const { tags } = await client.call<TagPage>({ path: `/tags?${query.toString()}`, schema: 'fieldwarden/tags@1' });
  const answering = new Set(devices.filter((device) => device.tagsBad > 0).map((device) => device.id));
  const shown = tags.filter(({ device }) => device !== null && answering.has(device)).slice(0, shownTags);
  return await Promise.all(
    shown.map(async ({ path }) => {
      const one = new URLSearchParams({ path });
      return await client.call<TagValueAnswer>({
        path: `/tags/value?${one.toString()}`,
        schema: 'fieldwarden/tag-value@1',
      });
    }),
  );
}

const head = ['TAG', 'ADDRESS', 'STATUS', 'WHY, AND WHAT TO TRY'];

/** Nothing at all if none is Bad. */
export function badTagSection(
  { tagsBad, tagsNeverGood }: Pick<DriverDetailAnswer, 'tagsBad' | 'tagsNeverGood'>,
  tags: readonly TagDetail[],
  palette: Palette,
): string {
  if (tagsBad === 0) return '';
  const never = tagsNeverGood === 0 ? '' : `, ${tagsNeverGood} never worked`;
  const title = palette.warning(`${counted(tagsBad, 'tag')} Bad although the device answers${never}`);
  const rows = tags.map((tag) => [
    oneLine(tag.path),
    oneLine(tag.address ?? '-'),
    statusText(tag, palette),
    oneLine([tag.reason, tag.hint].filter(Boolean).join(' ')) || '-',
  ]);
  const more = tagsBad > tags.length ? '  fieldwarden tags list --bad shows all of them.\n' : '';
  return `  ${title}\n${table(head, rows).replace(/^(?=.)/gm, '  ')}${more}`;
}
